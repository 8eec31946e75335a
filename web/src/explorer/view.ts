// What a view shows, computed from the facts: axes, cells, lenses and segments.

import { shown, type Shown } from "./axis.ts";
import { cross, distinct, key, STATES, type Cell, type Crossing, type State } from "./cells.ts";
import type { Dimension, Facts } from "./facts.ts";
import { current } from "./facts.ts";
import {
  EVERYTHING,
  fitting,
  relevant,
  searched,
  type Condition,
  type Selection,
} from "./selection.ts";
import type { Lens, ViewState } from "./state.ts";

/** How much is known here, through one lens, and elsewhere, through the other. */
export const COMPARED = ["elsewhere", "both", "here", "neither"] as const;
export type Compared = (typeof COMPARED)[number];

/** How many studies of a cell have a term of the third dimension. It is told from others by a
 * letter and, as far as there are eight colours, by colour. */
export interface Segment {
  readonly term: number;
  readonly studies: number;
  readonly colour: number;
  readonly letter: string;
}

/** A cell as it is shown. With two lenses it is the one here; `elsewhere` are the studies that
 * only the other lens has. */
export interface Seen {
  readonly cell: Cell;
  readonly segments: readonly Segment[];
  readonly elsewhere: readonly number[];
  readonly compared: Compared | null;
}

export interface View {
  readonly state: ViewState;
  readonly down: Dimension;
  readonly across: Dimension;
  readonly rows: readonly Shown[];
  readonly columns: readonly Shown[];
  readonly segmented: Dimension | null;
  /** How many studies the segments of a full cell stand for, whatever is filtered. */
  readonly full: number;
  readonly crossing: Crossing;
  at(row: number, column: number): Seen;
  /** How many of the cells shown are in each state, or how the lenses compare in them. */
  readonly shares: ReadonlyMap<State | Compared, number>;
}

/** What a view shows. */
export function view(facts: Facts, state: ViewState): View {
  const [down, across] = [dimension(facts, state.down), dimension(facts, state.across)];
  const segmented = facts.dimensions.get(state.segments) ?? null;
  const crossing = through(facts, state, down, across, state.here);
  const there = state.here ? through(facts, state, down, across, state.there) : null;
  const seen = new Map<number, Seen>();
  const at = (row: number, column: number): Seen => {
    const place = key(across, row, column);
    const known = seen.get(place) ?? see(facts, crossing, there, segmented, place);
    seen.set(place, known);
    return known;
  };
  const rows = axis(state, down, (term) =>
    studiesOf(
      crossing,
      current(across).map((c) => [term, c]),
    ),
  );
  const columns = axis(state, across, (term) =>
    studiesOf(
      crossing,
      current(down).map((r) => [r, term]),
    ),
  );
  const shares = new Map<State | Compared, number>();
  for (const one of state.here ? COMPARED : STATES) shares.set(one, 0);
  for (const { term: row } of rows) {
    for (const { term: column } of columns) {
      const { cell, compared } = at(row, column);
      const group = compared ?? cell.state;
      shares.set(group, (shares.get(group) ?? 0) + 1);
    }
  }
  const full = segmented ? fullCell(facts, down, across, segmented) : 0;
  return { state, down, across, rows, columns, segmented, full, crossing, at, shares };
}

function dimension(facts: Facts, id: string): Dimension {
  const found = facts.dimensions.get(id);
  if (!found) throw new Error(`no dimension ${id}`);
  return found;
}

function axis(state: ViewState, one: Dimension, studies: (term: number) => number): Shown[] {
  const own = state.shut.filter((name) => name.startsWith(`${one.id}.`));
  const shut = new Set(own.map((name) => name.slice(one.id.length + 1)));
  return shown(one, state.order, shut, state.order === "count" ? studies : () => 0);
}

/** The facts through one lens, and through the filters that hold for both. */
function through(
  facts: Facts,
  { selection, asOf }: Pick<ViewState, "selection" | "asOf">,
  down: Dimension,
  across: Dimension,
  lens: Lens | null,
): Crossing {
  return cross(facts, down, across, { ...counted(facts, selection, lens ?? []), asOf });
}

/** What a selection and some more conditions leave to be counted. */
export function counted(
  facts: Facts,
  selection: Selection,
  also: readonly Condition[],
): { findings: Uint8Array; gaps: Uint8Array; claims: Uint8Array; searched: boolean } {
  return {
    findings: fitting(facts, selection, also),
    gaps: relevant(facts, facts.gaps, selection, also),
    claims: relevant(facts, facts.claims, selection, also),
    searched: searched(facts, selection, also),
  };
}

function see(
  facts: Facts,
  crossing: Crossing,
  there: Crossing | null,
  segmented: Dimension | null,
  place: number,
): Seen {
  const cell = crossing.cells.get(place);
  if (!cell) throw new Error(`no cell ${place}`);
  const found = segmented ? segmentsOf(facts, segmented, cell.findings) : [];
  if (!there) return { cell, segments: found, elsewhere: [], compared: null };
  const own = new Set(cell.studies);
  const elsewhere = (there.cells.get(place)?.studies ?? []).filter((study) => !own.has(study));
  const compared = cell.studies.length
    ? elsewhere.length
      ? "both"
      : "here"
    : elsewhere.length
      ? "elsewhere"
      : "neither";
  return { cell, segments: found, elsewhere, compared };
}

/** The terms of the highest level that findings have, each with its studies. */
export function segmentsOf(
  facts: Facts,
  segmented: Dimension,
  findings: readonly number[],
): Segment[] {
  const { study } = facts.table.findings;
  return segments(segmented).flatMap((segment) => {
    const own = findings.filter((finding) => segmented.codes[finding]?.includes(segment.term));
    const studies = distinct(own, study).length;
    return studies ? [{ ...segment, studies }] : [];
  });
}

/** The terms of the highest level, as the legend has them. */
export function segments(one: Dimension): Omit<Segment, "studies">[] {
  const topmost = current(one).filter((term) => one.lineage[term]?.length === 1);
  return topmost.map((term, at) => ({ term, colour: at % 8, letter: letter(at) }));
}

function letter(at: number): string {
  const last = String.fromCharCode("a".charCodeAt(0) + (at % 26));
  return at < 26 ? last : letter(Math.floor(at / 26) - 1) + last;
}

const fulls = new WeakMap<Facts, Map<string, number>>();

/** The most that the segments of any cell add up to when nothing is filtered: the scale stays. */
function fullCell(facts: Facts, down: Dimension, across: Dimension, segmented: Dimension): number {
  const known = fulls.get(facts) ?? new Map<string, number>();
  fulls.set(facts, known);
  const name = [down.id, across.id, segmented.id].join("\n");
  let full = known.get(name);
  if (full === undefined) {
    const all = through(facts, { selection: EVERYTHING, asOf: null }, down, across, null);
    const sums = [...all.cells.values()].map((cell) =>
      segmentsOf(facts, segmented, cell.findings).reduce((sum, one) => sum + one.studies, 0),
    );
    full = Math.max(1, ...sums);
    known.set(name, full);
  }
  return full;
}

function studiesOf(crossing: Crossing, places: readonly (readonly number[])[]): number {
  const found = new Set<number>();
  for (const [row = 0, column = 0] of places) {
    for (const study of crossing.cells.get(key(crossing.columns, row, column))?.studies ?? []) {
      found.add(study);
    }
  }
  return found.size;
}

/** The findings that a selection lets through up to a year, and the distinct studies behind them. */
export function left(
  facts: Facts,
  { selection, asOf, here }: ViewState,
): { findings: number; studies: number } {
  const mask = fitting(facts, selection, here ?? []);
  const { study } = facts.table.findings;
  const known = (one: number): boolean => {
    const year = facts.table.studies.year[one] ?? 0;
    return asOf === null || (year > 0 && year <= asOf);
  };
  const kept = study.map((_, at) => at).filter((at) => mask[at] && known(study[at] ?? 0));
  return { findings: kept.length, studies: distinct(kept, study).length };
}
