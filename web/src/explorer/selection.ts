// Which findings, gaps and claims a set of filters lets through.

import type { Dimension, Facts, Stated } from "./facts.ts";
import { position } from "./facts.ts";

/** Some terms of a dimension, of which a finding must have any, or all. */
export interface Condition {
  readonly dimension: string;
  readonly terms: readonly string[];
  readonly all: boolean;
}

/** Filters of which a finding must fit every one, or any one; years of first reports, included. */
export interface Selection {
  readonly conditions: readonly Condition[];
  readonly from: number | null;
  readonly to: number | null;
  readonly any: boolean;
}

export const EVERYTHING: Selection = { conditions: [], from: null, to: null, any: false };

type Test = (record: number) => boolean;

/** For each finding whether it fits a selection, and every one of the conditions beside it. */
export function fitting(
  facts: Facts,
  selection: Selection,
  also: readonly Condition[],
): Uint8Array {
  const { study } = facts.table.findings;
  const { year } = facts.table.studies;
  const tests = selection.conditions.map((one) => finding(facts, one));
  if (selection.from !== null || selection.to !== null) {
    const [from, to] = [selection.from ?? 1, selection.to ?? Infinity];
    const inside = year.map((one) => one > 0 && from <= one && one <= to);
    tests.push((at) => inside[study[at] ?? 0] ?? false);
  }
  const others = also.map((one) => finding(facts, one));
  return Uint8Array.from(study, (_, at) =>
    Number(passes(tests, selection.any, at) && others.every((test) => test(at))),
  );
}

/** For each gap or claim whether it is about nothing else than a selection; one that says nothing
 * of a dimension is not. */
export function relevant(
  facts: Facts,
  stated: Stated,
  selection: Selection,
  also: readonly Condition[],
): Uint8Array {
  const told = (condition: Condition): Test | undefined => {
    const codes = stated.codes.get(condition.dimension);
    const dimension = facts.dimensions.get(condition.dimension);
    return codes && dimension && having(dimension, codes, condition);
  };
  const says = (condition: Condition, at: number): boolean =>
    (stated.codes.get(condition.dimension)?.[at]?.length ?? 0) > 0;
  return Uint8Array.from(stated.id, (_, at) => {
    const tests = (some: readonly Condition[]): Test[] =>
      some.flatMap((one) => (says(one, at) ? (told(one) ?? []) : []));
    const [own, others] = [tests(selection.conditions), tests(also)];
    return Number(passes(own, selection.any, at) && others.every((test) => test(at)));
  });
}

/** Whether the search covered a selection; where it did not, an empty cell says nothing. */
export function searched(facts: Facts, selection: Selection, also: readonly Condition[]): boolean {
  const covered = ({ dimension, terms, all }: Condition): boolean => {
    const known = terms.map((id) =>
      facts.dimensions.get(dimension)?.terms.find((t) => t.id === id),
    );
    return all
      ? known.every((t) => t?.searched !== false)
      : known.some((t) => t?.searched !== false);
  };
  const { conditions, any, from, to } = selection;
  const years = from !== null || to !== null;
  const own =
    any && conditions.length > 0 ? years || conditions.some(covered) : conditions.every(covered);
  return own && also.every(covered);
}

function passes(tests: readonly Test[], any: boolean, at: number): boolean {
  if (!tests.length) return true;
  return any ? tests.some((test) => test(at)) : tests.every((test) => test(at));
}

function finding(facts: Facts, condition: Condition): Test {
  const dimension = facts.dimensions.get(condition.dimension);
  return dimension ? having(dimension, dimension.codes, condition) : () => false;
}

function having(
  dimension: Dimension,
  codes: readonly (readonly number[])[],
  { terms, all }: Condition,
): Test {
  const wanted = terms.map((id) => position(dimension, id));
  return all
    ? (at) => wanted.every((term) => codes[at]?.includes(term))
    : (at) => wanted.some((term) => codes[at]?.includes(term));
}
