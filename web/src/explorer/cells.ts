// Two facets crossed: the rules of `kb/matrix.py`, for facts that a reader has selected.

import type { Dimension, Facts, Stated, Text } from "./facts.ts";
import { current, excluded } from "./facts.ts";

/** How much is known in a cell, in the order in which the states are tried. */
export const STATES = [
  "not-applicable",
  "not-searched",
  "empty",
  "indirect",
  "contested",
  "thin",
  "covered",
] as const;
export type State = (typeof STATES)[number];

/** Where two terms meet; all but the state are positions. */
export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly state: State;
  readonly findings: readonly number[];
  readonly studies: readonly number[];
  readonly gaps: readonly number[];
  readonly claims: readonly number[];
  readonly reason?: Text;
}

/** What is counted: which findings, gaps and claims, up to which year, and whether the search
 * covered these. */
export interface Counted {
  readonly findings: Uint8Array;
  readonly gaps: Uint8Array;
  readonly claims: Uint8Array;
  readonly searched: boolean;
  readonly asOf: number | null;
}

/** All cells of two dimensions, by the positions of their terms; `studies` are those in any cell,
 * `entries` the studies summed over the cells, `undated` those that a year leaves out. */
export interface Crossing {
  readonly rows: Dimension;
  readonly columns: Dimension;
  readonly cells: ReadonlyMap<number, Cell>;
  readonly studies: number;
  readonly entries: number;
  readonly undated: readonly number[];
}

/** The key of a cell in a crossing. */
export function key(columns: Dimension, row: number, column: number): number {
  return row * columns.terms.length + column;
}

/** The crossing of two dimensions; every pair of terms in use is a cell. */
export function cross(
  facts: Facts,
  rows: Dimension,
  columns: Dimension,
  counted: Counted,
): Crossing {
  const met = meetings(facts, rows, columns, counted);
  const gaps = statedAt(facts.gaps, rows, columns, counted.gaps, counted.asOf);
  const claims = statedAt(facts.claims, rows, columns, counted.claims, counted.asOf);
  const cells = new Map<number, Cell>();
  const placed = new Set<number>();
  let entries = 0;
  for (const row of current(rows)) {
    for (const column of current(columns)) {
      const at = key(columns, row, column);
      const findings = met.get(at) ?? [];
      const studies = distinct(findings, facts.table.findings.study);
      const reason = excluded(facts, rows, row, columns, column);
      const within =
        counted.searched &&
        [rows.terms[row], columns.terms[column]].every((term) => term?.searched !== false);
      cells.set(at, {
        row,
        column,
        state: reason ? "not-applicable" : state(facts, findings, studies, within),
        findings,
        studies,
        gaps: gaps.get(at) ?? [],
        claims: claims.get(at) ?? [],
        ...(reason ? { reason } : {}),
      });
      for (const study of studies) placed.add(study);
      entries += studies.length;
    }
  }
  const undated = counted.asOf === null ? [] : undatedIn(facts, rows, columns, counted.findings);
  return { rows, columns, cells, studies: placed.size, entries, undated };
}

/** For each pair of terms, broader ones included, the findings that have both, in their order. */
function meetings(
  facts: Facts,
  rows: Dimension,
  columns: Dimension,
  { findings, asOf }: Counted,
): Map<number, number[]> {
  const { study } = facts.table.findings;
  const { year } = facts.table.studies;
  const found = new Map<number, number[]>();
  for (let at = 0; at < study.length; at += 1) {
    if (!findings[at]) continue;
    const known = year[study[at] ?? 0] ?? 0;
    if (asOf !== null && !(known > 0 && known <= asOf)) continue;
    for (const row of rows.codes[at] ?? []) {
      for (const column of columns.codes[at] ?? []) add(found, key(columns, row, column), at);
    }
  }
  return found;
}

function statedAt(
  stated: Stated,
  rows: Dimension,
  columns: Dimension,
  kept: Uint8Array,
  asOf: number | null,
): Map<number, number[]> {
  const found = new Map<number, number[]>();
  const [down, across] = [stated.codes.get(rows.id), stated.codes.get(columns.id)];
  for (const [at, year] of stated.year.entries()) {
    if (!kept[at] || (asOf !== null && !(year > 0 && year <= asOf))) continue;
    for (const row of down?.[at] ?? []) {
      for (const column of across?.[at] ?? []) add(found, key(columns, row, column), at);
    }
  }
  return found;
}

function add(found: Map<number, number[]>, at: number, value: number): void {
  const there = found.get(at);
  if (there) there.push(value);
  else found.set(at, [value]);
}

/** The studies of some findings, each once; findings stand in the order of their studies. */
export function distinct(findings: readonly number[], study: readonly number[]): number[] {
  const found: number[] = [];
  for (const finding of findings) {
    const one = study[finding] ?? 0;
    if (found[found.length - 1] !== one) found.push(one);
  }
  return found;
}

function undatedIn(facts: Facts, rows: Dimension, columns: Dimension, kept: Uint8Array): number[] {
  const { study } = facts.table.findings;
  const placed = study
    .map((_, at) => at)
    .filter((at) => kept[at] && rows.codes[at]?.length && columns.codes[at]?.length);
  return distinct(placed, study).filter((one) => !facts.table.studies.year[one]);
}

function state(
  facts: Facts,
  findings: readonly number[],
  studies: readonly number[],
  searched: boolean,
): State {
  if (!studies.length) return searched ? "empty" : "not-searched";
  const direct = studies.filter((one) => facts.table.studies.direct[one]).length;
  if (!direct) return "indirect";
  if (contested(facts, findings)) return "contested";
  return direct < facts.table.thin_below ? "thin" : "covered";
}

/** One study supports and another challenges; a study at odds with itself is not enough. */
function contested(facts: Facts, findings: readonly number[]): boolean {
  const {
    directions,
    findings: { direction, study },
  } = facts.table;
  const withStance = (stance: string): Set<number> =>
    new Set(
      findings
        .filter((at) => directions[direction[at] ?? 0]?.stance === stance)
        .map((at) => study[at] ?? 0),
    );
  const [supporting, challenging] = [withStance("supports"), withStance("challenges")];
  if (!supporting.size || !challenging.size) return false;
  return new Set([...supporting, ...challenging]).size > 1;
}
