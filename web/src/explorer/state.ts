// What a reader has chosen, as a value and as an address; the same view has the same address.

import type { Order } from "./axis.ts";
import type { Dimension, Facts } from "./facts.ts";
import { position } from "./facts.ts";
import { EVERYTHING, type Condition, type Selection } from "./selection.ts";

/** What a lens looks through: for each dimension named, any of some terms; all dimensions at once. */
export type Lens = readonly Condition[];

/** Everything that makes up a view. `down` is the facet whose terms are rows of the table; `shut`
 * names broader terms, as `facet.term`, whose narrower ones are put away. With `here` two lenses
 * are compared; `there` is the second one, nothing being everything. */
export interface ViewState {
  readonly down: string;
  readonly across: string;
  readonly segments: string;
  readonly order: Order;
  readonly asOf: number | null;
  readonly selection: Selection;
  readonly shut: readonly string[];
  readonly here: Lens | null;
  readonly there: Lens | null;
  readonly cell: { readonly row: string; readonly column: string } | null;
}

/** What is seen before anything is chosen. The codebook's row facet stands across the page. */
export function initial(facts: Facts): ViewState {
  return {
    down: facts.table.column,
    across: facts.table.row,
    segments: "",
    order: "codebook",
    asOf: null,
    selection: EVERYTHING,
    shut: [],
    here: null,
    there: null,
    cell: null,
  };
}

/** The view that an address asks for, and the parts of it that name what is not there. */
export function read(
  facts: Facts,
  address: URLSearchParams,
): { state: ViewState; unknown: string[] } {
  const unknown: string[] = [];
  const start = initial(facts);
  const reader = new Reader(facts, address, unknown);
  const down = reader.axis("down", start.down);
  let across = reader.axis("across", start.across);
  if (across === down) {
    across = [start.across, start.down].find((facet) => facet !== down) ?? start.across;
  }
  const conditions = [...address.keys()].flatMap((name) => reader.condition(name));
  const state: ViewState = {
    down,
    across,
    segments: reader.segments(down, across),
    order: address.get("order") === "count" ? "count" : "codebook",
    asOf: reader.year("as-of"),
    selection: {
      conditions: sorted(facts, conditions),
      from: reader.year("from"),
      to: reader.year("to"),
      any: address.get("match") === "any",
    },
    shut: (address.get("shut") ?? "").split(",").filter(Boolean).sort(),
    here: reader.lens("here"),
    there: reader.lens("there"),
    cell: reader.cell(down, across),
  };
  return { state: state.here ? state : { ...state, there: null }, unknown };
}

class Reader {
  private readonly facts: Facts;
  private readonly address: URLSearchParams;
  private readonly unknown: string[];

  constructor(facts: Facts, address: URLSearchParams, unknown: string[]) {
    [this.facts, this.address, this.unknown] = [facts, address, unknown];
  }

  axis(name: string, otherwise: string): string {
    const given = this.address.get(name);
    if (given === null || this.facts.axes.includes(given)) return given ?? otherwise;
    this.unknown.push(`${name}=${given}`);
    return otherwise;
  }

  segments(down: string, across: string): string {
    const given = this.address.get("segments") ?? "";
    if (!given || given === down || given === across) return "";
    if (this.facts.dimensions.has(given)) return given;
    this.unknown.push(`segments=${given}`);
    return "";
  }

  year(name: string): number | null {
    const given = this.address.get(name);
    if (given === null || given === "") return null;
    if (/^\d{1,4}$/.test(given)) return Number(given);
    this.unknown.push(`${name}=${given}`);
    return null;
  }

  condition(name: string): Condition[] {
    const [how, id = ""] = name.split(/\.(.*)/s);
    if (how !== "any" && how !== "all") return [];
    const given = (this.address.get(name) ?? "").split(",").filter(Boolean);
    const terms = this.terms(this.facts.dimensions.get(id), given, name);
    return terms.length ? [{ dimension: id, terms, all: how === "all" }] : [];
  }

  lens(name: string): Lens | null {
    const given = this.address.get(name);
    if (!given) return null;
    const conditions = given.split(";").flatMap((part) => {
      const [dimension = "", ids = ""] = part.split(/\.(.*)/s);
      const known = this.facts.dimensions.get(dimension);
      const terms = this.terms(known, ids.split(",").filter(Boolean), name);
      return terms.length ? [{ dimension, terms, all: false }] : [];
    });
    return looking(this.facts, conditions);
  }

  cell(down: string, across: string): ViewState["cell"] {
    const given = this.address.get("cell");
    if (!given) return null;
    const [row = "", column = ""] = given.split(",");
    const { dimensions } = this.facts;
    const used = (facet: string, id: string): boolean =>
      dimensions.get(facet)?.terms.some((term) => term.id === id && !term.deprecated) ?? false;
    if (used(down, row) && used(across, column)) return { row, column };
    this.unknown.push(`cell=${given}`);
    return null;
  }

  /** Those of some terms that there are, in the codebook's order. */
  private terms(
    dimension: Dimension | undefined,
    given: readonly string[],
    name: string,
  ): string[] {
    for (const id of given) if (position(dimension, id) < 0) this.unknown.push(`${name}=${id}`);
    return dimension?.terms.map((term) => term.id).filter((id) => given.includes(id)) ?? [];
  }
}

function sorted(facts: Facts, conditions: readonly Condition[]): Condition[] {
  const order = [...facts.dimensions.keys()];
  return [...conditions].sort(
    (one, other) => order.indexOf(one.dimension) - order.indexOf(other.dimension),
  );
}

/** The part of an address after the question mark; only what differs from the initial view. */
export function write(facts: Facts, state: ViewState): string {
  const start = initial(facts);
  const parts: string[] = [];
  const say = (name: string, value: string | number | null, unless: string | null = ""): void => {
    if (value !== null && value !== "" && value !== unless) {
      parts.push(`${name}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3B", ";")}`);
    }
  };
  const moved = state.down !== start.down || state.across !== start.across;
  say("down", moved ? state.down : "");
  say("across", moved ? state.across : "");
  say("segments", state.segments);
  say("order", state.order, "codebook");
  say("as-of", state.asOf);
  for (const { dimension, terms, all } of sorted(facts, state.selection.conditions)) {
    say(`${all ? "all" : "any"}.${dimension}`, terms.join(","));
  }
  say("from", state.selection.from);
  say("to", state.selection.to);
  say("match", state.selection.any ? "any" : "");
  say("here", named(state.here));
  say("there", state.here && named(state.there));
  say("shut", [...state.shut].sort().join(","));
  say("cell", state.cell && `${state.cell.row},${state.cell.column}`);
  return parts.join("&");
}

/** A lens as an address has it: `facet.term`, further terms after a comma, facets after a semicolon. */
export function named(lens: Lens | null): string {
  return (lens ?? []).map(({ dimension, terms }) => `${dimension}.${terms.join(",")}`).join(";");
}

/** Conditions as a lens, those on one dimension as one; none at all makes no lens. */
export function looking(facts: Facts, conditions: readonly Condition[]): Lens | null {
  const found = [...facts.dimensions.values()].flatMap(({ id, terms }) => {
    const own = conditions.filter((one) => one.dimension === id).flatMap((one) => one.terms);
    const known = terms.map((term) => term.id).filter((term) => own.includes(term));
    return known.length ? [{ dimension: id, terms: known, all: false }] : [];
  });
  return found.length ? found : null;
}

/** The same view with other terms of a dimension asked for; none takes the condition away. */
export function asking(facts: Facts, state: ViewState, condition: Condition): ViewState {
  const others = state.selection.conditions.filter((one) => one.dimension !== condition.dimension);
  const conditions = condition.terms.length ? [...others, condition] : others;
  return { ...state, selection: { ...state.selection, conditions: sorted(facts, conditions) } };
}

/** The same view with other facets as axes. Choosing the other axis swaps them; a cell that was
 * open is closed, and what becomes an axis makes no segments. */
export function turned(state: ViewState, axis: "down" | "across", facet: string): ViewState {
  const { down, across } = state;
  const axes =
    axis === "down"
      ? { down: facet, across: facet === across ? down : across }
      : { down: facet === down ? across : down, across: facet };
  const segments = [axes.down, axes.across].includes(state.segments) ? "" : state.segments;
  return { ...state, ...axes, segments, cell: null };
}
