// What stands around the table: cells by state, the legend of what was chosen, and notes.

import { made as h } from "../made.ts";
import type { Facts } from "./facts.ts";
import { LENS_SIGNS } from "./table.ts";
import type { State } from "./cells.ts";
import { COMPARED, segments, type View } from "./view.ts";
import type { Words } from "./words.ts";
import { filled } from "../words.ts";

interface Share {
  readonly sign: string;
  readonly label: string;
  readonly kind: string;
  readonly number: number;
}

function shareList(words: Words, view: View): Share[] {
  return [...view.shares]
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => {
      const compared = COMPARED.find((one) => one === kind);
      return compared
        ? {
            sign: LENS_SIGNS[compared],
            label: words.t(`lens_${compared}`),
            kind: `lens-${compared}`,
            number,
          }
        : { ...words.page.states[kind as State], kind, number };
    });
}

/** How many of the cells shown are in each state, or how the lenses compare in them. */
export function shares(words: Words, view: View): HTMLElement {
  const items = shareList(words, view).map(({ sign, label, kind, number }) => {
    const item = h(
      "div",
      { role: "listitem", class: `kb-share kb-cell--${kind}` },
      h("span", { "aria-hidden": "true" }, sign),
      " ",
      h("b", {}, words.number(number)),
      " ",
      h("span", {}, label),
    );
    item.style.flexGrow = String(number);
    return item;
  });
  return h(
    "div",
    { class: "kb-shares", role: "list", "aria-label": words.t("state_share") },
    ...items,
  );
}

/** The same in a sentence. */
export function summary(words: Words, view: View): string {
  const items = shareList(words, view).map(
    ({ label, number }) => `${label} ${words.number(number)}`,
  );
  return words.t("explore_shares", { shares: items.join(", ") });
}

/** What the colours of lenses and of segments stand for, when there are any. */
export function legend(words: Words, view: View): HTMLElement[] {
  const found: HTMLElement[] = [];
  const { segmented } = view;
  if (view.state.here) {
    found.push(
      h(
        "dl",
        { class: "kb-legend" },
        ...COMPARED.map((one) =>
          h(
            "div",
            {},
            h(
              "dt",
              {},
              h(
                "span",
                { class: `kb-state kb-cell--lens-${one}` },
                h("span", { "aria-hidden": "true" }, LENS_SIGNS[one]),
                ` ${words.t(`lens_${one}`)}`,
              ),
            ),
            h("dd", {}, words.t(`meaning_lens_${one}`)),
          ),
        ),
      ),
    );
  }
  if (segmented) {
    const terms = segments(segmented).map(({ term, colour, letter }) =>
      h(
        "li",
        {},
        h(
          "span",
          { class: `kb-segment kb-segment--${colour}`, "aria-hidden": "true" },
          h("i", {}, letter),
        ),
        ` ${words.term(segmented, term)}`,
      ),
    );
    found.push(
      h(
        "div",
        { class: "kb-segmentlegend" },
        h(
          "p",
          { class: "kb-note" },
          `${words.dimension(segmented.id)}. ${words.t("explore_full", { studies: words.counted("study", view.full) })}`,
        ),
        h("ul", {}, ...terms),
      ),
    );
  }
  return found;
}

/** How the cells add up, and which studies a year leaves out. */
export function notes(facts: Facts, words: Words, { crossing, state }: View): HTMLElement[] {
  const { studies, entries, undated } = crossing;
  const inflation = studies ? Math.round((100 * entries) / studies) / 100 : 0;
  const found = [
    h(
      "p",
      { class: "kb-note" },
      words.t("counts_note", {
        studies: words.number(studies),
        entries: words.number(entries),
        inflation: words.number(inflation),
      }),
    ),
  ];
  if (state.asOf !== null) {
    found.push(h("p", { class: "kb-note" }, words.t("explore_as_of", { year: `${state.asOf}` })));
  }
  if (undated.length) {
    const { id, cited } = facts.table.studies;
    const links = undated.flatMap((one, at) => [
      at ? ", " : " ",
      h("a", { href: filled(words.page.study, { id: id[one] ?? "" }) }, cited[one] ?? ""),
    ]);
    found.push(
      h(
        "p",
        { class: "kb-note" },
        words.t("as_of_undated", { studies: words.counted("study", undated.length) }),
        ...links,
      ),
    );
  }
  return found;
}
