// The form with which a view is chosen. It is made once, and follows the view afterwards.

import { parents } from "./axis.ts";
import { h } from "./dom.ts";
import { current, type Dimension, type Facts } from "./facts.ts";
import { asking, initial, turned, type Lens, type ViewState } from "./state.ts";
import type { Words } from "./words.ts";

/** Part of the form: an element, and how it follows a view. */
export interface Control {
  readonly element: HTMLElement;
  follow(state: ViewState): void;
}

/** How a control changes the view. */
export type Change = (change: (state: ViewState) => ViewState) => void;

/** The whole form: axes, segments, order and year, then filters, lenses and what else folds. */
export function controls(facts: Facts, words: Words, change: Change, more: Control): Control {
  const parts = [
    group("kb-fields", axes(facts, words, change)),
    group("kb-fields", [order(words, change), broad(facts, words, change), asOf(facts, words, change)]),
    group("kb-folds", [filters(facts, words, change), lenses(facts, words, change), more]),
  ];
  const element = h("form", { class: "kb-explore", "aria-label": words.t("explore") },
    ...parts.map((part) => part.element));
  element.addEventListener("submit", (event) => event.preventDefault());
  return { element, follow: (state) => parts.forEach((part) => part.follow(state)) };
}

function group(kind: string, parts: readonly Control[]): Control {
  const element = h("div", { class: kind }, ...parts.map((part) => part.element));
  return { element, follow: (state) => parts.forEach((part) => part.follow(state)) };
}

type Option = readonly [value: string, label: string];

/** A list to choose one of; groups of options have a label of their own. */
function choice(
  label: string,
  options: readonly Option[],
  groups: readonly (readonly [string, readonly Option[]])[],
  value: (state: ViewState) => string,
  chosen: (value: string) => void,
): Control {
  const made = ([value, text]: Option): HTMLElement => h("option", { value }, text);
  const id = name();
  const select = h("select", { id }, ...options.map(made),
    ...groups.map(([title, own]) => h("optgroup", { label: title }, ...own.map(made))));
  select.addEventListener("change", () => chosen(select.value));
  return {
    element: h("div", { class: "kb-field" }, h("label", { for: id }, label), select),
    follow: (state) => { select.value = value(state); },
  };
}

let names = 0;

/** The id of a field; a label around a list would be read with all that can be chosen. */
function name(): string {
  names += 1;
  return `kb-choice-${names}`;
}

function axes(facts: Facts, words: Words, change: Change): Control[] {
  const facets = facts.axes.map((id): Option => [id, words.dimension(id, true)]);
  const axis = (which: "down" | "across"): Control =>
    choice(words.t(`explore_${which}`), facets, [], (state) => state[which],
      (facet) => change((state) => turned(state, which, facet)));
  const swap = h("button", { type: "button", class: "kb-button" }, words.t("explore_swap"));
  swap.addEventListener("click", () => change((state) => turned(state, "down", state.across)));
  const others = [...facts.dimensions.keys()].map((id): Option => [id, words.dimension(id)]);
  const segments = choice(words.t("explore_segments"), [["", words.t("explore_segments_none")], ...others], [],
    (state) => state.segments, (chosen) => change((state) => ({ ...state, segments: chosen })));
  const select = segments.element.querySelector("select");
  return [axis("down"), { element: swap, follow: () => undefined }, axis("across"), {
    element: segments.element,
    follow: (state) => {
      for (const option of select?.options ?? []) {
        option.disabled = option.value === state.down || option.value === state.across;
      }
      segments.follow(state);
    },
  }];
}

function order(words: Words, change: Change): Control {
  const orders = (["codebook", "count"] as const).map((id): Option => [id, words.t(`explore_order_${id}`)]);
  return choice(words.t("explore_order"), orders, [], (state) => state.order,
    (chosen) => change((state) => ({ ...state, order: chosen === "count" ? "count" : "codebook" })));
}

/** Whether narrower terms of both axes are shown. */
function broad(facts: Facts, words: Words, change: Change): Control {
  const all = (state: ViewState): string[] => [state.down, state.across].flatMap((id) => {
    const dimension = facts.dimensions.get(id);
    return dimension ? parents(dimension).map((term) => `${id}.${term}`) : [];
  });
  const box = h("input", { type: "checkbox" });
  box.addEventListener("change", () => change((state) => ({ ...state, shut: box.checked ? all(state) : [] })));
  return {
    element: h("label", { class: "kb-check" }, box, words.t("explore_broad")),
    follow: (state) => {
      const names = all(state);
      box.disabled = !names.length;
      box.checked = names.length > 0 && names.every((name) => state.shut.includes(name));
    },
  };
}

function asOf(facts: Facts, words: Words, change: Change): Control {
  const years = facts.table.studies.year.filter((year) => year > 0);
  const range = { min: Math.min(...years, facts.table.newest), max: facts.table.newest, step: 1 };
  const slider = h("input", { type: "range", ...range, "aria-label": words.t("as_of") });
  const number = h("input", { type: "number", ...range, "aria-label": words.t("as_of") });
  const today = h("button", { type: "button", class: "kb-button" }, words.t("as_of_now"));
  const set = (year: number | null): void => {
    const asOf = year === null ? null : Math.round(Math.max(range.min, Math.min(range.max, year)));
    change((state) => ({ ...state, asOf }));
  };
  slider.addEventListener("input", () => set(Number(slider.value)));
  number.addEventListener("change", () => set(number.value === "" ? null : Number(number.value)));
  today.addEventListener("click", () => set(null));
  return {
    element: h("fieldset", { class: "kb-asof" }, h("legend", {}, words.t("as_of")), slider, number, today),
    follow: (state) => {
      slider.value = String(state.asOf ?? facts.table.newest);
      slider.setAttribute("aria-valuetext", String(state.asOf ?? words.t("as_of_now")));
      number.value = state.asOf === null ? "" : String(state.asOf);
      today.setAttribute("aria-pressed", String(state.asOf === null));
    },
  };
}

/** A part that opens, with the number of what is chosen in it beside its name. */
function folded(
  title: string,
  parts: readonly Control[],
  inside: string,
  chosen: (state: ViewState) => number,
): Control {
  const count = h("b", {});
  const body = group(inside, parts);
  return {
    element: h("details", { class: "kb-fold" }, h("summary", {}, title, " ", count), body.element),
    follow: (state) => {
      count.textContent = String(chosen(state) || "");
      body.follow(state);
    },
  };
}

function filters(facts: Facts, words: Words, change: Change): Control {
  const match = choice(words.t("explore_match"),
    [["all", words.t("explore_match_all")], ["any", words.t("explore_match_any")]], [],
    (state) => (state.selection.any ? "any" : "all"),
    (chosen) => change((state) => ({ ...state, selection: { ...state.selection, any: chosen === "any" } })));
  const parts = [...facts.dimensions.values()].map((one) => filter(facts, words, one, change));
  return folded(words.t("explore_filters"), [match, group("kb-filters", [...parts, years(words, change)])], "kb-folded",
    ({ selection: { conditions, from, to } }) => conditions.length + Number(from !== null || to !== null));
}

/** The terms of one dimension, to be ticked; any of them, or all. */
function filter(facts: Facts, words: Words, dimension: Dimension, change: Change): Control {
  const boxes = current(dimension).map((term) => {
    const box = h("input", { type: "checkbox", value: dimension.terms[term]?.id });
    const depth = (dimension.lineage[term]?.length ?? 1) - 1;
    const label = words.term(dimension, term);
    return { box, label: h("label", { class: `kb-check kb-depth-${Math.min(depth, 2)}` }, box, label) };
  });
  const all = h("input", { type: "checkbox" });
  const set = (): void => {
    const terms = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    change((state) => asking(facts, state, { dimension: dimension.id, terms, all: all.checked }));
  };
  for (const box of [all, ...boxes.map((one) => one.box)]) box.addEventListener("change", set);
  const several = h("label", { class: "kb-check kb-every" }, all, words.t("explore_every"));
  const legend = h("legend", { class: "kb-hidden" }, words.dimension(dimension.id));
  const element = h("fieldset", {}, legend, ...boxes.map((one) => one.label), several);
  return folded(words.dimension(dimension.id), [{
    element,
    follow: (state) => {
      const own = state.selection.conditions.find((one) => one.dimension === dimension.id);
      for (const { box } of boxes) box.checked = own?.terms.includes(box.value) ?? false;
      if (own) all.checked = own.all;
    },
  }], "kb-folded", (state) =>
    state.selection.conditions.find((one) => one.dimension === dimension.id)?.terms.length ?? 0);
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
      follow: (state) => { input.value = String(state.selection[which] ?? ""); },
    };
  };
  return folded(words.t("explore_year"), [field("from"), field("to")], "kb-folded kb-fields",
    ({ selection: { from, to } }) => Number(from !== null) + Number(to !== null));
}

function lenses(facts: Facts, words: Words, change: Change): Control {
  const groups = [...facts.dimensions.values()].map((dimension) => {
    const terms = current(dimension).map((term): Option =>
      [`${dimension.id}.${dimension.terms[term]?.id}`, words.term(dimension, term)]);
    return [words.dimension(dimension.id), terms] as const;
  });
  const named = (lens: Lens | null): string => (lens ? `${lens.dimension}.${lens.term}` : "");
  const parsed = (value: string): Lens | null => {
    const at = value.indexOf(".");
    return at < 0 ? null : { dimension: value.slice(0, at), term: value.slice(at + 1) };
  };
  const here = choice(words.t("explore_here"), [["", words.t("explore_no_lens")]], groups,
    (state) => named(state.here),
    (value) => change((state) => ({ ...state, here: parsed(value), there: value ? state.there : null })));
  const there = choice(words.t("explore_there"), [["", words.t("explore_everything")]], groups,
    (state) => named(state.there), (value) => change((state) => ({ ...state, there: parsed(value) })));
  const select = there.element.querySelector("select");
  const second: Control = {
    element: there.element,
    follow: (state) => {
      if (select) select.disabled = state.here === null;
      there.follow(state);
    },
  };
  return folded(words.t("explore_lenses"), [here, second], "kb-folded kb-fields", (state) => Number(state.here !== null) * 2);
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
    const chip = h("button", { type: "button", class: "kb-chip", "aria-label": name }, label, h("span", { "aria-hidden": "true" }, " ×"));
    chip.addEventListener("click", () => change(without));
    return h("li", {}, chip);
  });
  const again = h("button", { type: "button", class: "kb-button" }, words.t("explore_again"));
  again.addEventListener("click", () => change(() => initial(facts)));
  return h("ul", { class: "kb-chosen" }, ...made, h("li", {}, again));
}
