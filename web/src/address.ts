// What a reader has chosen, in the address: facets by their names, the rest behind an underscore,
// with which no name of a facet begins.

/** What is shown of a table. No `columns` are those that the page shows by itself. */
export interface Shown {
  query: string;
  terms: Map<string, string[]>;
  sort: string;
  columns: string[] | undefined;
  open: boolean;
  chosen: string[];
}

/** What can be asked for: facets with their terms, columns, and the rows that can be chosen. */
export interface Known {
  terms: ReadonlyMap<string, readonly string[]>;
  columns: readonly string[];
  rows: readonly string[];
}

const OWN = ["_q", "_sort", "_columns", "_open", "_chosen"];

/** What an address asks for, as far as it is known; the rest of it is passed over. */
export function read(search: string, known: Known): Shown {
  const given = new URLSearchParams(search);
  const listed = (name: string, allowed: readonly string[]): string[] =>
    [...new Set((given.get(name) ?? "").split(","))].filter((one) => allowed.includes(one));
  const terms = new Map<string, string[]>();
  for (const [facet, allowed] of known.terms) {
    const chosen = listed(facet, allowed);
    if (chosen.length) terms.set(facet, chosen);
  }
  const sort = given.get("_sort") ?? "";
  return {
    query: given.get("_q") ?? "",
    terms,
    sort: known.columns.includes(sort.replace(/^-/u, "")) ? sort : "",
    columns: given.has("_columns") ? listed("_columns", known.columns) : undefined,
    open: given.has("_open"),
    chosen: listed("_chosen", known.rows),
  };
}

/** The address's query for what is shown; what else stands in the old one is kept. */
export function written(search: string, known: Known, shown: Shown): string {
  const given = new URLSearchParams(search);
  for (const name of [...OWN, ...known.terms.keys()]) given.delete(name);
  if (shown.query.trim()) given.set("_q", shown.query.trim());
  for (const [facet, terms] of shown.terms) if (terms.length) given.set(facet, terms.join(","));
  if (shown.sort) given.set("_sort", shown.sort);
  if (shown.columns) given.set("_columns", shown.columns.join(","));
  if (shown.open) given.set("_open", "all");
  if (shown.chosen.length) given.set("_chosen", shown.chosen.join(","));
  return query(given);
}

/** Parameters as a query with its question mark, commas as they are; empty without any. */
export function query(given: URLSearchParams): string {
  const text = String(given).replaceAll("%2C", ",");
  return text && `?${text}`;
}
