// The cells of a view as a table.

import { made as h } from "../made.ts";
import * as describe from "./describe.ts";
import type { Shown } from "./axis.ts";
import type { Dimension } from "./facts.ts";
import type { Seen, View } from "./view.ts";
import type { Words } from "./words.ts";
import { filled } from "../words.ts";

/** One sign for each way in which two lenses compare. */
export const LENS_SIGNS = { elsewhere: "≠", both: "=", here: "◆", neither: "∅" } as const;

/** The table. `address` gives that of the view with a cell open. */
export function table(
  words: Words,
  view: View,
  address: (row: string, column: string) => string,
): HTMLTableElement {
  const caption = describe.title(words, view.state);
  const head = h(
    "tr",
    {},
    h("th", { scope: "col", class: "kb-corner" }, words.dimension(view.down.id)),
    ...view.columns.map((one) => heading(words, view.across, one, "col", true)),
  );
  const rows = view.rows.map((row) =>
    h(
      "tr",
      {},
      heading(words, view.down, row, "row", false),
      ...view.columns.map((column) => cell(words, view, view.at(row.term, column.term), address)),
    ),
  );
  const made = h(
    "table",
    { class: "kb-table kb-matrix kb-matrix--explored" },
    h("caption", {}, caption),
    h("thead", {}, head),
    h("tbody", {}, ...rows),
  );
  made.style.setProperty("--kb-columns", String(view.columns.length));
  return made;
}

/** A term with its page; one with narrower terms is a button that shows or hides these. */
function heading(
  words: Words,
  dimension: Dimension,
  { term, depth, parent, open, studies }: Shown,
  scope: "row" | "col",
  short: boolean,
): HTMLElement {
  const id = dimension.terms[term]?.id ?? "";
  const label = words.term(dimension, term, short);
  const key = `${dimension.id}.${id}`;
  const whole = words.term(dimension, term);
  const name = parent
    ? h(
        "button",
        { type: "button", "data-shut": key, "data-key": key, "aria-expanded": String(open) },
        label,
      )
    : h(
        "a",
        {
          href: filled(words.page.terms[dimension.id] ?? "", { term: id }),
          "data-key": key,
          title: label !== whole && whole,
        },
        label,
      );
  const count = studies > 0 && h("small", {}, words.counted("study", studies));
  return h("th", { scope, class: `kb-depth-${Math.min(depth, 2)}` }, name, count);
}

function cell(
  words: Words,
  view: View,
  seen: Seen,
  address: (row: string, column: string) => string,
): HTMLElement {
  const {
    cell: { row, column, state, studies, gaps },
    compared,
    elsewhere,
  } = seen;
  const [down, across] = [view.down.terms[row]?.id ?? "", view.across.terms[column]?.id ?? ""];
  const { sign, label } = words.page.states[state];
  const open = view.state.cell?.row === down && view.state.cell.column === across;
  const link = h(
    "a",
    {
      href: address(down, across),
      "data-cell": `${down},${across}`,
      "data-key": `${down},${across}`,
      "aria-current": open && "true",
    },
    h("span", { class: "kb-sign", "aria-hidden": "true" }, sign),
    studies.length > 0 && h("b", {}, words.number(studies.length)),
    h("span", { class: compared ? "kb-hidden" : "kb-word" }, ` ${label} `),
    compared !== null &&
      h(
        "span",
        { class: "kb-word" },
        h("span", { "aria-hidden": "true" }, LENS_SIGNS[compared]),
        ` ${words.t(`lens_short_${compared}`)}`,
      ),
    elsewhere.length > 0 &&
      h(
        "span",
        { class: "kb-word" },
        words.t("explore_elsewhere", { n: words.number(elsewhere.length) }),
      ),
    gaps.length > 0 && h("span", { class: "kb-word kb-stated" }, words.counted("gap", gaps.length)),
    view.segmented !== null && seen.segments.length > 0 && bar(words, view, view.segmented, seen),
  );
  const kind = compared ? `kb-cell--lens-${compared}` : `kb-cell--${state}`;
  return h("td", { class: `kb-cell ${kind}` }, link);
}

/** The segments of a cell on a scale that stays the same whatever is filtered. */
function bar(words: Words, view: View, segmented: Dimension, { segments }: Seen): HTMLElement {
  const made = h("span", { class: "kb-segments" });
  for (const { term, studies, colour, letter } of segments) {
    const [label, number] = [words.term(segmented, term), words.number(studies)];
    const one = h(
      "span",
      { class: `kb-segment kb-segment--${colour}`, title: `${label}: ${number}` },
      h("span", { class: "kb-hidden" }, ` ${label}: `),
      h("i", { "aria-hidden": "true" }, letter),
      number,
    );
    one.style.setProperty("--kb-share", `${(100 * studies) / view.full}%`);
    made.append(one);
  }
  return made;
}
