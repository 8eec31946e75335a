// The cells of a view as a table for spreadsheets.

import type { Facts } from "./facts.ts";
import { flags } from "./flags.ts";
import { segments, type View } from "./view.ts";
import type { Words } from "./words.ts";

/** The cells that are shown, one in each row below the head: ids and labels of both terms, state, counts and ids. */
export function rows(facts: Facts, words: Words, view: View): (string | number)[][] {
  const { down, across, segmented, state } = view;
  const known = facts.table.studies.id;
  const thirds = segmented ? segments(segmented).map((one) => one.term) : [];
  const head = [
    down.id,
    words.dimension(down.id),
    across.id,
    words.dimension(across.id),
    "state",
    words.t("state"),
    "studies",
    "findings",
    "gaps",
    "flags",
    "ids",
    ...(state.here ? ["compared", "elsewhere"] : []),
    ...thirds.map((term) => `${segmented?.id}=${segmented?.terms[term]?.id}`),
  ];
  const lines = view.rows.flatMap(({ term: row }) =>
    view.columns.map(({ term: column }) => {
      const { cell, segments: found, compared, elsewhere } = view.at(row, column);
      const counts = new Map(found.map((one) => [one.term, one.studies]));
      return [
        down.terms[row]?.id ?? "",
        words.term(down, row),
        across.terms[column]?.id ?? "",
        words.term(across, column),
        cell.state,
        words.page.states[cell.state].label,
        cell.studies.length,
        cell.findings.length,
        cell.gaps.length,
        flags(facts, cell, state.asOf).join(";"),
        cell.studies.map((one) => known[one]).join(";"),
        ...(state.here ? [compared ?? "", elsewhere.map((one) => known[one]).join(";")] : []),
        ...thirds.map((term) => counts.get(term) ?? 0),
      ];
    }),
  );
  return [head, ...lines];
}
