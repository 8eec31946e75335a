// A view in words: what stands above a printed table, in a picture and in a citation.

import { position, type Facts } from "./facts.ts";
import type { Condition } from "./selection.ts";
import type { Lens, ViewState } from "./state.ts";
import type { Words } from "./words.ts";

/** What the table crosses. */
export function title(words: Words, { down, across }: ViewState): string {
  return words.t("matrix_of", {
    row: words.dimension(across, true),
    column: words.dimension(down, true),
  });
}

/** One filter. */
export function condition(
  facts: Facts,
  words: Words,
  { dimension, terms, all }: Condition,
): string {
  const labels = terms.map((id) => label(facts, words, dimension, id));
  const joined = words.list(labels, all ? "conjunction" : "disjunction");
  return `${words.dimension(dimension)}: ${joined}`;
}

/** The years of first reports, if any are chosen. */
export function years(words: Words, { selection: { from, to } }: ViewState): string {
  if (from === null && to === null) return "";
  return `${words.t("explore_year")}: ${from ?? ""}–${to ?? ""}`;
}

/** One of two lenses. */
export function lens(facts: Facts, words: Words, one: Lens | null): string {
  if (!one) return words.t("explore_everything");
  return one.map((condition_) => condition(facts, words, condition_)).join("; ");
}

/** Everything but the axes that makes the view what it is, one thing each. */
export function details(facts: Facts, words: Words, state: ViewState): string[] {
  const filters = state.selection.conditions.map((one) => condition(facts, words, one));
  const years_ = years(words, state);
  const all = years_ ? [...filters, years_] : filters;
  const joined = state.selection.any && all.length > 1 ? [words.list(all, "disjunction")] : all;
  if (state.asOf !== null) joined.push(`${words.t("as_of")} ${state.asOf}`);
  if (state.here) {
    joined.push(`${words.t("explore_here")}: ${lens(facts, words, state.here)}`);
    joined.push(`${words.t("explore_there")}: ${lens(facts, words, state.there)}`);
  }
  if (state.segments) {
    joined.push(`${words.t("explore_segments")}: ${words.dimension(state.segments)}`);
  }
  return joined;
}

/** The view, its data and its address, as a source is cited. */
export function citation(
  facts: Facts,
  words: Words,
  state: ViewState,
  { address, version, day }: { address: string; version: string; day: Date },
): string {
  const view = [title(words, state), ...details(facts, words, state)].join("; ");
  const date = new Intl.DateTimeFormat(words.page.language, { dateStyle: "long" }).format(day);
  return words.t("explore_cited", { title: words.title, view, version, address, date });
}

function label(facts: Facts, words: Words, dimension: string, id: string): string {
  const found = facts.dimensions.get(dimension);
  return found ? words.term(found, position(found, id)) : id;
}
