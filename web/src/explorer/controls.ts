// The form with which a view is chosen. It is made once, and follows the view afterwards.

import { made as h } from "../made.ts";
import { parents } from "./axis.ts";
import type { Facts } from "./facts.ts";
import { choice, group, type Change, type Control, type Option } from "./fields.ts";
import { filters } from "./filters.ts";
import { lenses } from "./lenses.ts";
import { turned, type ViewState } from "./state.ts";
import type { Words } from "./words.ts";

/** The whole form: axes, segments, order and year, then filters, lenses and what else folds. */
export function controls(facts: Facts, words: Words, change: Change, more: Control): Control {
  const parts = [
    group("kb-fields", axes(facts, words, change)),
    group("kb-fields", [
      order(words, change),
      broad(facts, words, change),
      asOf(facts, words, change),
    ]),
    group("kb-folds", [filters(facts, words, change), lenses(facts, words, change), more]),
  ];
  const element = h(
    "form",
    { class: "kb-explore", "aria-label": words.t("explore") },
    ...parts.map((part) => part.element),
  );
  element.addEventListener("submit", (event) => event.preventDefault());
  return { element, follow: (state) => parts.forEach((part) => part.follow(state)) };
}

function axes(facts: Facts, words: Words, change: Change): Control[] {
  const facets = facts.axes.map((id): Option => [id, words.dimension(id, true)]);
  const axis = (which: "down" | "across"): Control =>
    choice(
      words.t(`explore_${which}`),
      facets,
      [],
      (state) => state[which],
      (facet) => change((state) => turned(state, which, facet)),
    );
  const swap = h("button", { type: "button", class: "kb-button" }, words.t("explore_swap"));
  swap.addEventListener("click", () => change((state) => turned(state, "down", state.across)));
  const others = [...facts.dimensions.keys()].map((id): Option => [id, words.dimension(id)]);
  const segments = choice(
    words.t("explore_segments"),
    [["", words.t("explore_segments_none")], ...others],
    [],
    (state) => state.segments,
    (chosen) => change((state) => ({ ...state, segments: chosen })),
  );
  const select = segments.element.querySelector("select");
  return [
    axis("down"),
    { element: swap, follow: () => undefined },
    axis("across"),
    {
      element: segments.element,
      follow: (state) => {
        for (const option of select?.options ?? []) {
          option.disabled = option.value === state.down || option.value === state.across;
        }
        segments.follow(state);
      },
    },
  ];
}

function order(words: Words, change: Change): Control {
  const orders = (["codebook", "count"] as const).map((id): Option => [
    id,
    words.t(`explore_order_${id}`),
  ]);
  return choice(
    words.t("explore_order"),
    orders,
    [],
    (state) => state.order,
    (chosen) => change((state) => ({ ...state, order: chosen === "count" ? "count" : "codebook" })),
  );
}

/** Whether narrower terms of both axes are shown. */
function broad(facts: Facts, words: Words, change: Change): Control {
  const all = (state: ViewState): string[] =>
    [state.down, state.across].flatMap((id) => {
      const dimension = facts.dimensions.get(id);
      return dimension ? parents(dimension).map((term) => `${id}.${term}`) : [];
    });
  const box = h("input", { type: "checkbox" });
  box.addEventListener("change", () =>
    change((state) => ({ ...state, shut: box.checked ? all(state) : [] })),
  );
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
    element: h(
      "fieldset",
      { class: "kb-asof" },
      h("legend", {}, words.t("as_of")),
      slider,
      number,
      today,
    ),
    follow: (state) => {
      slider.value = String(state.asOf ?? facts.table.newest);
      slider.setAttribute("aria-valuetext", String(state.asOf ?? words.t("as_of_now")));
      number.value = state.asOf === null ? "" : String(state.asOf);
      today.setAttribute("aria-pressed", String(state.asOf === null));
    },
  };
}
