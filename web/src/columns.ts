// Studies side by side, as data: which rows there are, and where the studies differ.

/** A text of a study; a finding has its direction, too. */
export interface Value {
  text: string;
  address?: string;
  sign?: string;
  stance?: string;
  direction?: string;
}

/** A row of one study. */
export interface Field {
  part: "study" | "findings" | "caveats";
  id: string;
  label: string;
  values: Value[];
}

/** A study as `compare/<id>.json` has it. */
export interface Column {
  id: string;
  cited: string;
  title: string;
  address: string;
  rows: Field[];
}

/** A row of the comparison: the values of each study, in their order. */
export interface Line {
  part: Field["part"];
  id: string;
  label: string;
  values: Value[][];
  differs: boolean;
}

/** The rows that any of the studies has, in the order of the first that has them. */
export function lines(columns: readonly Column[]): Line[] {
  const order: Field[] = [];
  for (const column of columns) {
    let after = -1;
    for (const row of column.rows) {
      const at = order.findIndex((one) => one.part === row.part && one.id === row.id);
      if (at < 0) order.splice(after + 1, 0, row);
      after = at < 0 ? after + 1 : at;
    }
  }
  return order.map(({ part, id, label }) => {
    const own = columns.map(
      (column) => column.rows.find((row) => row.part === part && row.id === id)?.values ?? []);
    return { part, id, label, values: own, differs: part !== "caveats" && differing(own) };
  });
}

/** Whether studies that state something state different things: of findings, other directions. */
export function differing(values: readonly (readonly Value[])[]): boolean {
  const stated = values.filter((own) => own.length > 0);
  const said = stated.map((own) => [...new Set(own.map((one) => one.stance ?? one.text))].sort());
  return new Set(said.map((own) => JSON.stringify(own))).size > 1;
}
