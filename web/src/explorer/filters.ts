// The part of the form with filters; and what is chosen in the form, to be taken back.

import { made as h } from "../made.ts";
import { current, type Dimension, type Facts } from "./facts.ts";
import { choice, folded, group, type Change, type Control } from "./fields.ts";
import type { Condition } from "./selection.ts";
import { asking, initial, type ViewState } from "./state.ts";
import type { Words } from "./words.ts";

/** Filters on every dimension and on the year, and how they are joined. */
export function filters(facts: Facts, words: Words, change: Change): Control {
  const match = choice(
    words.t("explore_match"),
    [
      ["all", words.t("explore_match_all")],
      ["any", words.t("explore_match_any")],
    ],
    [],
    (state) => (state.selection.any ? "any" : "all"),
    (chosen) =>
      change((state) => ({ ...state, selection: { ...state.selection, any: chosen === "any" } })),
  );
  const parts = [...facts.dimensions.values()].map((one) => filter(facts, words, one, change));
  return folded(
    words.t("explore_filters"),
    [match, group("kb-filters", [...parts, years(words, change)])],
    "kb-inside",
    ({ selection: { conditions, from, to } }) =>
      conditions.length + Number(from !== null || to !== null),
  );
}

/** The terms of one dimension, to be ticked; any of them, or all. */
function filter(facts: Facts, words: Words, dimension: Dimension, change: Change): Control {
  return ticked(
    words,
    dimension,
    (state) => state.selection.conditions,
    (condition) => change((state) => asking(facts, state, condition)),
    true,
  );
}

/** The terms of one dimension, to be ticked: which of them are, and what to do with those that are
 * then; `both` offers to ask for all of them, too. */
export function ticked(
  words: Words,
  dimension: Dimension,
  chosen: (state: ViewState) => readonly Condition[],
  tell: (condition: Condition) => void,
  both: boolean,
): Control {
  const boxes = current(dimension).map((term) => {
    const box = h("input", { type: "checkbox", value: dimension.terms[term]?.id });
    const depth = (dimension.lineage[term]?.length ?? 1) - 1;
    const label = words.term(dimension, term);
    return {
      box,
      label: h("label", { class: `kb-check kb-depth-${Math.min(depth, 2)}` }, box, label),
    };
  });
  const all = h("input", { type: "checkbox" });
  const set = (): void => {
    const terms = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    tell({ dimension: dimension.id, terms, all: all.checked });
  };
  for (const box of [all, ...boxes.map((one) => one.box)]) box.addEventListener("change", set);
  const several =
    both && h("label", { class: "kb-check kb-every" }, all, words.t("explore_every"));
  const legend = h("legend", { class: "kb-hidden" }, words.dimension(dimension.id));
  const element = h("fieldset", {}, legend, ...boxes.map((one) => one.label), several);
  const own = (state: ViewState): Condition | undefined =>
    chosen(state).find((one) => one.dimension === dimension.id);
  return folded(
    words.dimension(dimension.id),
    [
      {
        element,
        follow: (state) => {
          const asked = own(state);
          for (const { box } of boxes) box.checked = asked?.terms.includes(box.value) ?? false;
          if (asked) all.checked = asked.all;
        },
      },
    ],
    "kb-inside",
    (state) => own(state)?.terms.length ?? 0,
  );
}

function years(words: Words, change: Change): Control {
  const field = (which: "from" | "to"): Control => {
    const input = h("input", { type: "number", min: 1, max: 9999, step: 1 });
    input.addEventListener("change", () => {
      const year = input.value === "" || !input.validity.valid ? null : Number(input.value);
      change((state) => ({ ...state, selection: { ...state.selection, [which]: year } }));
    });
    return {
      element: h("label", { class: "kb-field" }, h("span", {}, words.t(`explore_${which}`)), input),
      follow: (state) => {
        input.value = String(state.selection[which] ?? "");
      },
    };
  };
  return folded(
    words.t("explore_year"),
    [field("from"), field("to")],
    "kb-inside kb-fields",
    ({ selection: { from, to } }) => Number(from !== null) + Number(to !== null),
  );
}

/** What is chosen beyond the initial view, each with a button that takes it back. */
export function chips(
  items: readonly { readonly label: string; readonly without: (state: ViewState) => ViewState }[],
  facts: Facts,
  words: Words,
  change: Change,
): HTMLElement {
  const made = items.map(({ label, without }) => {
    const name = words.t("explore_remove", { what: label });
    const chip = h(
      "button",
      { type: "button", class: "kb-chip", "aria-label": name },
      label,
      h("span", { "aria-hidden": "true" }, " ×"),
    );
    chip.addEventListener("click", () => change(without));
    return h("li", {}, chip);
  });
  const again = h("button", { type: "button", class: "kb-button" }, words.t("explore_again"));
  again.addEventListener("click", () => change(() => initial(facts)));
  return h("ul", { class: "kb-picked" }, ...made, h("li", {}, again));
}
