// Crosses facets for the tests in Python: `node crossings.ts facts.json` reads questions as JSON
// from its input, one on each line, and answers in the same way.

import { readFileSync } from "node:fs";

import { cross, type Cell } from "../src/explorer/cells.ts";
import { prepare, type Facts, type Table } from "../src/explorer/facts.ts";
import { flags } from "../src/explorer/flags.ts";
import type { Selection } from "../src/explorer/selection.ts";
import { counted } from "../src/explorer/view.ts";

interface Question {
  readonly row: string;
  readonly column: string;
  readonly asOf: number | null;
  readonly selection: Selection;
}

const { data } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf-8")) as { data: Table };
const facts = prepare(data);
for (const line of readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
  console.log(JSON.stringify(answer(facts, JSON.parse(line) as Question)));
}

function answer(facts: Facts, { row, column, asOf, selection }: Question): object {
  const [rows, columns] = [facts.dimensions.get(row), facts.dimensions.get(column)];
  if (!rows || !columns) throw new Error(`no facet ${row} or ${column}`);
  const found = cross(facts, rows, columns, { ...counted(facts, selection, []), asOf });
  const { studies, findings } = facts.table;
  const finding = (at: number): string =>
    `${studies.id[findings.study[at] ?? 0]}#${findings.id[at]}`;
  const cells = [...found.cells.values()].map((cell: Cell) => ({
    row: rows.terms[cell.row]?.id,
    column: columns.terms[cell.column]?.id,
    state: cell.state,
    studies: cell.studies.map((at) => studies.id[at]),
    findings: cell.findings.map(finding),
    gaps: cell.gaps.map((at) => facts.gaps.id[at]),
    claims: cell.claims.map((at) => facts.claims.id[at]),
    flags: flags(facts, cell, asOf),
    reason: cell.reason ?? null,
  }));
  const undated = found.undated.map((at) => studies.id[at]);
  return { studies: found.studies, entries: found.entries, undated, cells };
}
