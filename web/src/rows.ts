// Which rows of a table fit what is asked for, how many would, and in which order they stand.

/** A finding in a row, or a row that has none. Terms are `facet:term`, broader ones included. */
export interface Unit {
  terms: ReadonlySet<string>;
  text: string;
}

/** What is asked for: words that must all be there, and for each facet terms of which one must. */
export interface Wanted {
  words: readonly string[];
  terms: ReadonlyMap<string, readonly string[]>;
}

/** A value to sort by; an empty text and no number stand last, whatever the direction. */
export type Order = string | number | undefined;

/** The words of a search, as they are compared with a text in small letters. */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/u).filter(Boolean);
}

/** The units of a row that have all words, in their own text or the row's, and all facets. */
export function fitting<U extends Unit>(text: string, units: readonly U[], wanted: Wanted): U[] {
  return units.filter((unit) => {
    const has = (word: string): boolean => text.includes(word) || unit.text.includes(word);
    return wanted.words.every(has) && [...wanted.terms].every(([facet, terms]) =>
      terms.some((term) => unit.terms.has(`${facet}:${term}`)));
  });
}

/** For each term of a facet the rows that would be left if it alone were chosen of the facet. */
export function counted(
  rows: Iterable<{ text: string; units: readonly Unit[] }>,
  wanted: Wanted,
  facet: string,
): Map<string, number> {
  const others = new Map([...wanted.terms].filter(([name]) => name !== facet));
  const counts = new Map<string, number>();
  for (const row of rows) {
    const found = new Set<string>();
    for (const unit of fitting(row.text, row.units, { ...wanted, terms: others })) {
      for (const token of unit.terms) {
        if (token.startsWith(`${facet}:`)) found.add(token.slice(facet.length + 1));
      }
    }
    for (const term of found) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return counts;
}

/** The rows in the order of a value of theirs; rows that are alike keep their order. */
export function ordered<R>(
  rows: readonly R[],
  value: (row: R) => Order,
  descending: boolean,
  collator: Intl.Collator,
): R[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, by: value(row) }))
    .sort(({ by: one }, { by: other }) => {
      const [first, second] = [one === undefined || one === "", other === undefined || other === ""];
      if (first || second) return Number(first) - Number(second);
      return sign * (typeof one === "number" && typeof other === "number"
        ? one - other
        : collator.compare(String(one), String(other)));
    })
    .map(({ row }) => row);
}
