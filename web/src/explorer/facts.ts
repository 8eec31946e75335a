// The coded facts of a knowledge base, as `api/v1/facts.json` has them (see `kb/columns.py`).

export type Text = Readonly<Record<string, string>>;

export interface Term {
  readonly id: string;
  readonly label?: Text;
  readonly short_label?: Text;
  readonly broader?: number;
  readonly searched?: false;
  readonly deprecated?: true;
}

export interface Direction extends Term {
  readonly sign: string;
  readonly stance: string;
}

/** For each facet and record the positions of its terms. */
type Tags = Readonly<Record<string, readonly (readonly number[])[]>>;

/** What the file has under `data`. */
export interface Table {
  readonly title: Text;
  readonly row: string;
  readonly column: string;
  readonly thin_below: number;
  readonly dated_after: number;
  readonly direct: readonly string[];
  readonly narrow: readonly string[];
  readonly newest: number;
  readonly bases: readonly string[];
  readonly directions: readonly Direction[];
  readonly facets: readonly {
    readonly id: string;
    readonly label: Text;
    readonly plural: Text;
    readonly role: string;
    readonly terms: readonly Term[];
  }[];
  readonly exclusions: readonly {
    readonly facet: string;
    readonly term: string;
    readonly with: Readonly<Record<string, readonly string[]>>;
    readonly reason: Text;
  }[];
  readonly studies: {
    readonly id: readonly string[];
    readonly title: Readonly<Record<string, readonly string[]>>;
    readonly cited: readonly string[];
    readonly year: readonly number[];
    readonly basis: readonly number[];
    readonly direct: readonly number[];
    readonly authors: readonly (readonly number[])[];
  };
  readonly findings: {
    readonly id: readonly string[];
    readonly study: readonly number[];
    readonly direction: readonly number[];
    readonly tags: Tags;
  };
  /** For each gap the statuses that it has had, and the years from which it had them. */
  readonly gaps: StatedTable & { readonly history: readonly (readonly [string, number])[][] };
  readonly claims: StatedTable;
}

export interface StatedTable {
  readonly id: readonly string[];
  readonly year: readonly number[];
  readonly tags: Tags;
}

/** What findings can be told apart by: a facet, or one of the fields with fixed values. */
export interface Dimension {
  readonly id: string;
  readonly terms: readonly Term[];
  /** For each term its own position and those of its broader terms, nearest first. */
  readonly lineage: readonly (readonly number[])[];
  /** For each finding its terms and their broader ones, each once. */
  readonly codes: readonly (readonly number[])[];
}

/** Claims or gaps with, for each facet that they can be tagged with, terms and broader ones. */
export interface Stated {
  readonly id: readonly string[];
  readonly year: readonly number[];
  readonly codes: ReadonlyMap<string, readonly (readonly number[])[]>;
}

/** The table, and what is computed of it once. */
export interface Facts {
  readonly table: Table;
  readonly dimensions: ReadonlyMap<string, Dimension>;
  readonly axes: readonly string[];
  readonly gaps: Stated;
  readonly claims: Stated;
  /** By facet, term, facet and term: why there is no such cell. */
  readonly reasons: ReadonlyMap<string, Text>;
}

/** The facts ready to be counted. */
export function prepare(table: Table): Facts {
  const dimensions = new Map<string, Dimension>();
  for (const { id, terms } of table.facets) {
    const lineage = terms.map((_, term) => upwards(terms, term));
    const codes = (table.findings.tags[id] ?? []).map((own) => withBroader(lineage, own));
    dimensions.set(id, { id, terms, lineage, codes });
  }
  const axes = [...dimensions.keys()];
  const { study, direction } = table.findings;
  const basis = study.map((one) => table.studies.basis[one] ?? 0);
  for (const fixed of [
    flat("direction", table.directions, direction),
    flat(
      "basis",
      table.bases.map((id) => ({ id })),
      basis,
    ),
  ]) {
    if (!dimensions.has(fixed.id)) dimensions.set(fixed.id, fixed);
  }
  const stated = (from: StatedTable): Stated => {
    const codes = Object.entries(from.tags).map(([facet, tags]) => {
      const lineage = dimensions.get(facet)?.lineage ?? [];
      return [facet, tags.map((own) => withBroader(lineage, own))] as const;
    });
    return { id: from.id, year: from.year, codes: new Map(codes) };
  };
  const [gaps, claims] = [stated(table.gaps), stated(table.claims)];
  return { table, dimensions, axes, gaps, claims, reasons: reasons(table) };
}

/** A dimension without broader terms, of which each finding has one. */
function flat(id: string, terms: readonly Term[], codes: readonly number[]): Dimension {
  const lineage = terms.map((_, term) => [term]);
  return { id, terms, lineage, codes: codes.map((code) => [code]) };
}

function upwards(terms: readonly Term[], term: number): number[] {
  const found: number[] = [];
  for (let at: number | undefined = term; at !== undefined; at = terms[at]?.broader) {
    if (found.includes(at)) break;
    found.push(at);
  }
  return found;
}

function withBroader(
  lineage: readonly (readonly number[])[],
  own: readonly number[],
): readonly number[] {
  const [first] = own;
  if (first === undefined) return own;
  if (own.length === 1) return lineage[first] ?? own;
  return [...new Set(own.flatMap((term) => lineage[term] ?? [term]))];
}

function reasons(table: Table): Map<string, Text> {
  const found = new Map<string, Text>();
  for (const { facet, term, with: others, reason } of table.exclusions) {
    for (const [other, terms] of Object.entries(others)) {
      for (const one of terms) {
        found.set([facet, term, other, one].join("\n"), reason);
        found.set([other, one, facet, term].join("\n"), reason);
      }
    }
  }
  return found;
}

/** Why the cell of two terms cannot be, if it cannot; what holds for broader terms does for these. */
export function excluded(
  facts: Facts,
  rows: Dimension,
  row: number,
  columns: Dimension,
  column: number,
): Text | undefined {
  if (!facts.reasons.size) return undefined;
  for (const upper of rows.lineage[row] ?? []) {
    for (const other of columns.lineage[column] ?? []) {
      const ids = [rows.terms[upper]?.id, columns.terms[other]?.id];
      const reason = facts.reasons.get([rows.id, ids[0], columns.id, ids[1]].join("\n"));
      if (reason) return reason;
    }
  }
  return undefined;
}

/** The positions of the terms in use, in the codebook's order. */
export function current(dimension: Dimension): number[] {
  return [...dimension.terms.keys()].filter((term) => !dimension.terms[term]?.deprecated);
}

/** The position of a term of some id, or -1. */
export function position(dimension: Dimension | undefined, id: string): number {
  return dimension?.terms.findIndex((term) => term.id === id) ?? -1;
}
