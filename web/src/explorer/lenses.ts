// The part of the form with two lenses: what is looked at here, and what it is compared with.

import { made as h } from "../made.ts";
import { current, type Facts } from "./facts.ts";
import { choice, folded, group, type Change, type Control, type Option } from "./fields.ts";
import { ticked } from "./filters.ts";
import { looking, named, type Lens, type ViewState } from "./state.ts";
import type { Words } from "./words.ts";

type Side = "here" | "there";

/** Two lenses: terms of any dimensions here, and others, or everything, to compare them with. */
export function lenses(facts: Facts, words: Words, change: Change): Control {
  return folded(
    words.t("explore_lenses"),
    [
      group("kb-fields", [
        one(facts, words, change, "here", "explore_no_lens"),
        one(facts, words, change, "there", "explore_everything"),
      ]),
      several(facts, words, change, "here"),
      several(facts, words, change, "there"),
    ],
    "kb-inside",
    (state) => Number(state.here !== null) * 2,
  );
}

/** A list of all terms, for the lens that most people want: one term. */
function one(facts: Facts, words: Words, change: Change, side: Side, none: string): Control {
  const groups = [...facts.dimensions.values()].map((dimension) => {
    const terms = current(dimension).map((term): Option => [
      `${dimension.id}.${dimension.terms[term]?.id}`,
      words.term(dimension, term),
    ]);
    return [words.dimension(dimension.id), terms] as const;
  });
  const field = choice(
    words.t(`explore_${side}`),
    [
      ["", words.t(none)],
      ["*", words.t("explore_several")],
    ],
    groups,
    ({ [side]: lens }) => (isOne(lens) ? named(lens) : "*"),
    (value) => change((state) => through(state, side, parsed(value))),
  );
  const select = field.element.querySelector("select");
  const many = select?.querySelector<HTMLOptionElement>("option[value='*']");
  return {
    element: field.element,
    follow: (state) => {
      if (select) select.disabled = side === "there" && state.here === null;
      if (many) many.hidden = many.disabled = isOne(state[side]);
      field.follow(state);
    },
  };
}

/** All terms to be ticked. Most readers never open this: its hundreds of fields are made when
 * someone does. */
function several(facts: Facts, words: Words, change: Change, side: Side): Control {
  const title = `${words.t(`explore_${side}`)}: ${words.t("explore_several")}`;
  const count = h("b", {});
  const element = h("details", { class: "kb-fold" }, h("summary", {}, title, " ", count));
  let seen: ViewState | null = null;
  let inside: Control | null = null;
  const follow = (state: ViewState): void => {
    seen = state;
    const lens = state[side] ?? [];
    count.textContent = String(lens.reduce((sum, { terms }) => sum + terms.length, 0) || "");
    element.hidden = side === "there" && state.here === null;
    inside?.follow(state);
  };
  element.addEventListener("toggle", () => {
    if (inside || !element.open) return;
    const parts = [...facts.dimensions.values()].map((dimension) =>
      ticked(
        words,
        dimension,
        (state) => state[side] ?? [],
        (condition) =>
          change((state) => {
            const others = (state[side] ?? []).filter((own) => own.dimension !== dimension.id);
            return through(state, side, looking(facts, [...others, condition]));
          }),
        false,
      ),
    );
    inside = group("kb-filters", parts);
    element.append(h("p", { class: "kb-note" }, words.t("explore_several_note")), inside.element);
    if (seen) inside.follow(seen);
  });
  return { element, follow };
}

/** The same view with another lens; without one here there is nothing to compare with. */
function through(state: ViewState, side: Side, lens: Lens | null): ViewState {
  return side === "there" || lens ? { ...state, [side]: lens } : { ...state, here: null, there: null };
}

function isOne(lens: Lens | null): boolean {
  return !lens || (lens.length === 1 && lens[0]?.terms.length === 1);
}

function parsed(value: string): Lens | null {
  const at = value.indexOf(".");
  if (at < 0) return null;
  return [{ dimension: value.slice(0, at), terms: [value.slice(at + 1)], all: false }];
}
