// The terms of one axis in their order, with narrower ones shown or put away.

import type { Dimension } from "./facts.ts";
import { current } from "./facts.ts";

export type Order = "codebook" | "count";

/** A term on an axis: how deep it stands, and whether it has narrower terms, which are shown. */
export interface Shown {
  readonly term: number;
  readonly depth: number;
  readonly parent: boolean;
  readonly open: boolean;
  readonly studies: number;
}

/** The terms to show. `shut` are the ids of those whose narrower terms are put away; `studies` is
 * how many studies each term has. By count, narrower terms stay below their broader one. */
export function shown(
  dimension: Dimension,
  order: Order,
  shut: ReadonlySet<string>,
  studies: (term: number) => number,
): Shown[] {
  const used = current(dimension);
  const above = (term: number): number | undefined =>
    dimension.lineage[term]?.slice(1).find((upper) => used.includes(upper));
  const parents = new Set(used.map(above));
  const closed = (term: number): boolean => shut.has(dimension.terms[term]?.id ?? "");
  const hidden = (term: number): boolean => (dimension.lineage[term] ?? []).slice(1).some(closed);
  const inOrder = order === "codebook" ? used : byCount(used, above, studies);
  return inOrder
    .filter((term) => !hidden(term))
    .map((term) => ({
      term,
      depth: (dimension.lineage[term]?.length ?? 1) - 1,
      parent: parents.has(term),
      open: !closed(term),
      studies: studies(term),
    }));
}

function byCount(
  used: readonly number[],
  above: (term: number) => number | undefined,
  studies: (term: number) => number,
): number[] {
  const below = (upper: number | undefined): number[] =>
    used
      .filter((term) => above(term) === upper)
      .sort((one, other) => studies(other) - studies(one))
      .flatMap((term) => [term, ...below(term)]);
  return below(undefined);
}

/** The ids of the terms that have narrower ones. */
export function parents(dimension: Dimension): string[] {
  return shown(dimension, "codebook", new Set(), () => 0)
    .filter((one) => one.parent)
    .map((one) => dimension.terms[one.term]?.id ?? "");
}
