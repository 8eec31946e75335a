// What the form of the explorer is made of: fields that change a view, and follow it.

import { made as h } from "../made.ts";
import type { ViewState } from "./state.ts";

/** Part of the form: an element, and how it follows a view. */
export interface Control {
  readonly element: HTMLElement;
  follow(state: ViewState): void;
}

/** How a control changes the view. */
export type Change = (change: (state: ViewState) => ViewState) => void;

/** Several parts in one element of some class. */
export function group(kind: string, parts: readonly Control[]): Control {
  const element = h("div", { class: kind }, ...parts.map((part) => part.element));
  return { element, follow: (state) => parts.forEach((part) => part.follow(state)) };
}

/** What can be chosen in a list. */
export type Option = readonly [value: string, label: string];

/** A list to choose one of; groups of options have a label of their own. */
export function choice(
  label: string,
  options: readonly Option[],
  groups: readonly (readonly [string, readonly Option[]])[],
  value: (state: ViewState) => string,
  chosen: (value: string) => void,
): Control {
  const made = ([value, text]: Option): HTMLElement => h("option", { value }, text);
  const id = name();
  const select = h(
    "select",
    { id },
    ...options.map(made),
    ...groups.map(([title, own]) => h("optgroup", { label: title }, ...own.map(made))),
  );
  select.addEventListener("change", () => chosen(select.value));
  return {
    element: h("div", { class: "kb-field" }, h("label", { for: id }, label), select),
    follow: (state) => {
      select.value = value(state);
    },
  };
}

let names = 0;

/** The id of a field; a label around a list would be read with all that can be chosen. */
function name(): string {
  names += 1;
  return `kb-choice-${names}`;
}

/** A part that opens, with the number of what is chosen in it beside its name. */
export function folded(
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
