// Walks through the cells of a matrix with the arrow keys.

import { moved } from "./grid.ts";

/** Let the arrow keys, Home and End lead from cell to cell of the tables in an element. */
export function start(place: HTMLElement): void {
  place.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>("td, th");
    const table = cell?.closest("table");
    if (!cell || !table) return;
    const row = cell.parentElement as HTMLTableRowElement;
    const size = { rows: table.rows.length, columns: row.cells.length };
    let at = { row: row.rowIndex, column: cell.cellIndex };
    for (let step = 0; step < size.rows + size.columns; step += 1) {
      const next = moved(at, event.key, size);
      if (!next || (next.row === at.row && next.column === at.column)) return;
      at = next;
      const found = table.rows[at.row]?.cells[at.column]?.querySelector<HTMLElement>("a, button");
      if (found) {
        event.preventDefault();
        found.focus();
        return;
      }
    }
  });
}
