// A table of the page as data: its rows, the findings in them, and their texts.

import { type Order, type Unit } from "./rows.ts";

/** A finding of a row, or the row itself if it has none. */
export interface Part extends Unit {
  element: HTMLElement;
}

/** A row, the parts that it has, and those that fit what is asked for. */
export interface Row {
  element: HTMLTableRowElement;
  id: string;
  name: string;
  text: string;
  units: Part[];
  kept: Part[];
}

/** The column with the findings of studies. */
export const FINDINGS = "_findings";

/** A row of a table as data. */
export function rowOf(element: HTMLTableRowElement): Row {
  const head = element.cells[0]!;
  const name = (head.querySelector("a") ?? head).textContent.trim();
  const findings = [...element.querySelectorAll<HTMLElement>(".kb-findings li[data-terms]")];
  const units = (findings.length ? findings : [element]).map((one): Part => ({
    element: one,
    terms: new Set((one.dataset["terms"] ?? "").split(" ")),
    text: findings.length ? one.textContent.toLowerCase() : "",
  }));
  const texts = [...element.cells].map((cell) => cell.classList.contains("kb-findings")
    ? [...cell.querySelectorAll(":scope > p, .kb-caveats")].map((one) => one.textContent).join(" ")
    : cell.textContent);
  const text = texts.join(" ").toLowerCase().replace(/\s+/gu, " ");
  return { element, id: element.dataset["id"]!, name, text, units, kept: units };
}

/** Whether a row has findings. */
export function hasFindings(row: Row): boolean {
  return row.units[0]?.element !== row.element;
}

/** What a row is sorted by in the column of a number. */
export function orderOf(row: Row, column: number): Order {
  const cell = row.element.cells[column]!;
  const { order } = cell.dataset;
  if (order !== undefined) return Number(order);
  return cell.classList.contains("kb-number") ? undefined : textOf(cell);
}

/** What is shown, as rows of texts with their head: a row for each finding where these are shown.
 * Of studies, the title is a column of its own. */
export function texts(
  heads: readonly HTMLTableCellElement[],
  rows: readonly Row[],
  studies: boolean,
): string[][] {
  const plain = heads.filter((head) => head.dataset["column"] !== FINDINGS).slice(1);
  const findings = heads.length > plain.length + 1;
  const label = (head: HTMLElement): string => head.textContent.trim();
  const lines = [[
    "id", label(heads[0]!), ...(studies ? ["title"] : []), ...plain.map(label),
    ...(findings ? ["finding", "direction", "statement", "locator"] : []),
  ]];
  for (const row of rows) {
    const title = row.element.querySelector("th small")?.textContent ?? "";
    const own = plain.map((head) => textOf(row.element.cells[head.cellIndex]!));
    const start = [row.id, row.name, ...(studies ? [title] : []), ...own];
    if (!findings) lines.push(start);
    else for (const part of row.kept) lines.push([...start, ...told(part, row)]);
  }
  return lines;
}

/** A cell's text; several terms are separated by semicolons, and what is not stated is empty. */
function textOf(cell: HTMLTableCellElement): string {
  if (cell.querySelector(":scope > .kb-unsaid")) return "";
  const links = [...cell.querySelectorAll(":scope > a")].map((link) => link.textContent.trim());
  if (links.length) return links.join("; ");
  const said = cell.cloneNode(true) as HTMLElement;
  for (const seen of said.querySelectorAll("[aria-hidden=true]")) seen.remove();
  return said.textContent.replace(/\s+/gu, " ").trim();
}

function told({ element }: Part, row: Row): string[] {
  if (element === row.element) return ["", "", "", ""];
  const direction = element.querySelector(".kb-dir")!.lastChild!.textContent!.trim();
  const statement = element.querySelector(":scope > a")!.textContent.trim();
  return [element.dataset["id"]!, direction, statement, element.dataset["place"] ?? ""];
}
