// What narrows the studies of a cell, whatever its state: the flags of `kb/matrix.py`.

import type { Cell } from "./cells.ts";
import type { Facts } from "./facts.ts";

/** The flags of a cell, as of a year or as of today. */
export function flags(facts: Facts, cell: Cell, asOf: number | null): string[] {
  const { table } = facts;
  if (!cell.studies.length) return [];
  const found = table.narrow
    .filter((facet) => oneTerm(facts, cell.findings, facet))
    .map((facet) => `one-${facet}`);
  if (oneTeam(cell.studies.map((study) => table.studies.authors[study] ?? []))) {
    found.push("one-team");
  }
  const read = table.bases.indexOf("full-text");
  if (cell.studies.every((study) => table.studies.basis[study] !== read)) {
    found.push("secondary-coding");
  }
  const newest = Math.max(...cell.studies.map((study) => table.studies.year[study] ?? 0));
  if (newest > 0 && newest < (asOf ?? table.newest) - table.dated_after) found.push("dated");
  return found;
}

/** The flags worth telling: of a single study it goes without saying that it is one. */
export function shownFlags(facts: Facts, cell: Cell, asOf: number | null): string[] {
  const alone = cell.studies.length === 1;
  return flags(facts, cell, asOf).filter((flag) => !(alone && flag.startsWith("one-")));
}

/** Whether all findings state the facet, and the same single term of it. */
function oneTerm(facts: Facts, findings: readonly number[], facet: string): boolean {
  const tags = facts.table.findings.tags[facet] ?? [];
  const first = tags[findings[0] ?? 0] ?? [];
  return (
    first.length === 1 &&
    findings.every((at) => tags[at]?.length === 1 && tags[at]?.[0] === first[0])
  );
}

/** Whether shared authors link all the teams, directly or through others of them. */
export function oneTeam(teams: readonly (readonly number[])[]): boolean {
  const [first, ...others] = teams;
  if (!first?.length) return false;
  const circle = new Set(first);
  let outside = others;
  for (;;) {
    const left = outside.filter((team) => {
      const linked = team.some((author) => circle.has(author));
      if (linked) for (const author of team) circle.add(author);
      return !linked;
    });
    if (!left.length) return true;
    if (left.length === outside.length) return false;
    outside = left;
  }
}
