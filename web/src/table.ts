// Lets readers sort, filter and search a table, choose its columns, export it and choose studies to
// compare. The table and its tools stand in the page; the address keeps what is shown.

import { type Known, query, read, type Shown, written } from "./address.ts";
import { onBack } from "./back.ts";
import { exported } from "./exported.ts";
import { Folding } from "./folding.ts";
import { made } from "./made.ts";
import { counted, fitting, ordered, type Wanted, wordsOf } from "./rows.ts";
import { FINDINGS, hasFindings, orderOf, type Part, type Row, rowOf } from "./sheet.ts";
import { collator, filled, listed } from "./words.ts";

/** Start the tools of one table. */
export function start(place: HTMLElement): void {
  new Table(place).begin();
}

class Table {
  private readonly place: HTMLElement;
  private readonly tools: HTMLElement;
  private readonly table: HTMLTableElement;
  private readonly body: HTMLTableSectionElement;
  private readonly heads: HTMLTableCellElement[];
  private readonly rows: Row[];
  private readonly known: Known;
  private readonly defaults: string[];
  private readonly folding: Folding;
  private shown: Shown;
  private visible: Row[];

  constructor(place: HTMLElement) {
    this.place = place;
    this.folding = new Folding(place.dataset);
    this.tools = place.querySelector<HTMLElement>(".kb-tools")!;
    this.table = place.querySelector("table")!;
    this.body = this.table.tBodies[0]!;
    this.heads = [...this.table.tHead!.rows[0]!.cells];
    this.rows = [...this.body.rows].map(rowOf);
    this.visible = this.rows;
    const boxes = [...this.tools.querySelectorAll<HTMLInputElement>("fieldset input")];
    const terms = new Map<string, string[]>();
    for (const { name, value } of boxes.filter((box) => box.name !== "_columns")) {
      terms.set(name, [...(terms.get(name) ?? []), value]);
    }
    const columns = this.heads.map((head) => head.dataset["column"]!);
    this.known = { terms, columns, rows: this.rows.map((row) => row.id) };
    this.defaults = columns.filter((_, at) => !this.heads[at]!.hidden);
    this.shown = read(location.search, this.known);
  }

  begin(): void {
    for (const head of this.heads) this.sortable(head);
    if ("kbChoose" in this.place.dataset) for (const row of this.rows) this.choosable(row);
    this.tools.addEventListener("input", () => this.change(this.asked()));
    this.tools.addEventListener("click", (event) => this.clicked(event));
    this.place.querySelector("[data-kb-unchoose]")?.addEventListener("click", () => {
      this.change({ chosen: [] });
      this.field("_q").focus();
    });
    onBack(this.place, () => {
      this.shown = read(location.search, this.known);
      this.show();
    });
    this.tools.hidden = false;
    this.place.classList.add("kb-started");
    this.show();
    // What the address points at has moved, now that the tools stand above the table.
    document.querySelector(":target")?.scrollIntoView();
  }

  // --- What is asked for -----------------------------------------------------------------------

  private change(what: Partial<Shown>): void {
    this.shown = { ...this.shown, ...what };
    const address = written(location.search, this.known, this.shown);
    history.replaceState(history.state, "", `${location.pathname}${address}${location.hash}`);
    this.show();
  }

  /** What the fields say. */
  private asked(): Partial<Shown> {
    const checked = (name: string): string[] => {
      const boxes = `input[name="${CSS.escape(name)}"]:checked`;
      return [...this.tools.querySelectorAll<HTMLInputElement>(boxes)].map((box) => box.value);
    };
    const terms = new Map<string, string[]>();
    for (const facet of this.known.terms.keys()) {
      const chosen = checked(facet);
      if (chosen.length) terms.set(facet, chosen);
    }
    const picked = new Set([this.known.columns[0]!, ...checked("_columns")]);
    const columns = this.known.columns.filter((name) => picked.has(name));
    const usual = columns.join() === this.defaults.join();
    return {
      query: this.field("_q").value,
      sort: this.order.value,
      terms,
      columns: usual ? undefined : columns.slice(1),
    };
  }

  private get wanted(): Wanted {
    return { words: wordsOf(this.shown.query), terms: this.shown.terms };
  }

  private get columns(): Set<string> {
    const { columns } = this.shown;
    return new Set(columns ? [this.known.columns[0]!, ...columns] : this.defaults);
  }

  private get narrowed(): boolean {
    return this.wanted.words.length > 0 || this.shown.terms.size > 0;
  }

  // --- What is shown ---------------------------------------------------------------------------

  private show(): void {
    for (const row of this.rows) row.kept = fitting(row.text, row.units, this.wanted);
    this.visible = this.sorted().filter((row) => row.kept.length > 0);
    this.body.replaceChildren(...this.visible.map((row) => row.element));
    for (const row of this.visible) this.folding.show(row, this.shown.open);
    this.showColumns();
    this.showTools();
    this.showCounts();
    this.showChosen();
    this.tell();
  }

  private sorted(): Row[] {
    const { sort } = this.shown;
    if (!sort) return this.rows;
    const name = sort.replace(/^-/u, "");
    const column = this.known.columns.indexOf(name);
    return ordered(this.rows, (row) => orderOf(row, column), sort.startsWith("-"), collator());
  }

  private showColumns(): void {
    const columns = this.columns;
    for (const cell of this.table.querySelectorAll<HTMLElement>("[data-column]")) {
      cell.hidden = !columns.has(cell.dataset["column"]!);
    }
    const sort = this.shown.sort.replace(/^-/u, "");
    for (const head of this.heads) {
      if (head.dataset["column"] !== sort) head.removeAttribute("aria-sort");
      else head.ariaSort = this.shown.sort.startsWith("-") ? "descending" : "ascending";
    }
  }

  private showTools(): void {
    const search = this.field("_q");
    if (search !== document.activeElement) search.value = this.shown.query;
    this.order.value = this.shown.sort;
    const columns = this.columns;
    for (const box of this.tools.querySelectorAll<HTMLInputElement>("fieldset input")) {
      box.checked = box.name === "_columns"
        ? columns.has(box.value)
        : this.shown.terms.get(box.name)?.includes(box.value) ?? false;
    }
    const toggle = this.tools.querySelector<HTMLElement>("[data-kb-open]");
    toggle?.setAttribute("aria-pressed", String(this.shown.open));
  }

  /** How many rows each term would leave, and how many terms are chosen. */
  private showCounts(): void {
    const numbers = new Map([...this.known.terms.keys()].map(
      (facet) => [facet, counted(this.rows, this.wanted, facet)] as const));
    for (const box of this.tools.querySelectorAll<HTMLInputElement>(".kb-choice input")) {
      const number = numbers.get(box.name)?.get(box.value) ?? 0;
      const label = box.closest("label")!;
      label.querySelector("small")!.textContent = filled("{number}", { number });
      label.classList.toggle("kb-none", number === 0);
    }
    let sum = 0;
    for (const facet of this.known.terms.keys()) {
      const number = this.shown.terms.get(facet)?.length ?? 0;
      sum += number;
      this.count(facet, number);
    }
    this.count("filters", sum);
  }

  private count(name: string, number: number): void {
    const found = this.tools.querySelector(`[data-kb-count="${CSS.escape(name)}"]`);
    if (found) found.textContent = number ? filled("{number}", { number }) : "";
  }

  private showChosen(): void {
    const bar = this.place.querySelector<HTMLElement>(".kb-chosen");
    if (!bar) return;
    const { chosen } = this.shown;
    const names = this.rows.filter((row) => chosen.includes(row.id)).map((row) => row.name);
    bar.hidden = !chosen.length;
    const studies = listed(names);
    bar.querySelector("span")!.textContent = filled(this.place.dataset["kbChosen"], { studies });
    const to = query(new URLSearchParams({ studies: chosen.join(",") }));
    bar.querySelector("a")!.setAttribute("href", `${this.place.dataset["kbCompare"]}${to}`);
    for (const row of this.rows) {
      const box = row.element.querySelector<HTMLInputElement>(".kb-choose input");
      if (box) box.checked = chosen.includes(row.id);
    }
  }

  /** Say what is shown, and what narrows it. */
  private tell(): void {
    const { kbShown, kbSorted } = this.place.dataset;
    const sum = (rows: Row[], parts: (row: Row) => Part[]): number => rows.reduce(
      (number, row) => number + (hasFindings(row) ? parts(row).length : 0), 0);
    let text = filled(kbShown, {
      shown: this.visible.length,
      all: this.rows.length,
      findings: sum(this.visible, (row) => row.kept),
      all_findings: sum(this.rows, (row) => row.units),
    });
    const order = this.order.selectedOptions[0]?.textContent ?? "";
    if (this.shown.sort) text += `. ${filled(kbSorted, { order })}`;
    this.say(text);
    const active = this.tools.querySelector<HTMLElement>(".kb-active")!;
    active.replaceChildren(...[...this.shown.terms].flatMap(
      ([facet, terms]) => terms.map((term) => this.chip(facet, term, active))));
    this.tools.querySelector<HTMLElement>("[data-kb-clear]")!.hidden = !this.narrowed;
  }

  private chip(facet: string, term: string, active: HTMLElement): HTMLButtonElement {
    const box = this.tools.querySelector<HTMLInputElement>(
      `input[name="${CSS.escape(facet)}"][value="${CSS.escape(term)}"]`)!;
    const what = box.closest("label")!.querySelector("span")!.textContent!;
    const onclick = (): void => {
      const left = (this.shown.terms.get(facet) ?? []).filter((one) => one !== term);
      const terms = new Map(this.shown.terms);
      if (left.length) terms.set(facet, left);
      else terms.delete(facet);
      this.change({ terms });
      (active.querySelector("button") ?? this.field("_q")).focus();
    };
    const name = filled(active.dataset["kbRemove"], { what });
    const cross = made("span", { "aria-hidden": "true" }, " ×");
    return made("button", { type: "button", class: "kb-chip", "aria-label": name, onclick }, what, cross);
  }

  private say(text: string): void {
    const status = this.tools.querySelector("[role=status]")!;
    if (status.textContent !== text) status.textContent = text;
    const address = this.place.querySelector<HTMLElement>(".kb-address");
    if (address) {
      address.hidden = false;
      address.textContent = `${text}. ${filled(this.place.dataset["kbAddress"], { address: location.href })}`;
    }
  }

  // --- What readers do -------------------------------------------------------------------------

  private sortable(head: HTMLTableCellElement): void {
    const name = head.dataset["column"]!;
    if (name === FINDINGS) return;
    const onclick = (): void => this.change({ sort: this.shown.sort === name ? `-${name}` : name });
    head.replaceChildren(made("button", { type: "button", class: "kb-sort", onclick }, ...head.childNodes));
  }

  private choosable(row: Row): void {
    const onchange = (event: Event): void => {
      const { checked } = event.target as HTMLInputElement;
      const others = this.shown.chosen.filter((id) => id !== row.id);
      this.change({ chosen: checked ? [...others, row.id] : others });
    };
    const { kbChoose, kbCompareWord } = this.place.dataset;
    const name = filled(kbChoose, { study: row.name });
    const box = made("input", { "type": "checkbox", "aria-label": name, onchange });
    row.element.cells[0]!.append(made("label", { class: "kb-choose" }, box, " ", kbCompareWord!));
  }

  private clicked(event: Event): void {
    const button = (event.target as HTMLElement).closest("button");
    if (!button) return;
    const { kbExport } = button.dataset;
    if (kbExport) void this.export(kbExport);
    if ("kbOpen" in button.dataset) this.change({ open: !this.shown.open });
    if ("kbClear" in button.dataset) {
      this.field("_q").value = "";
      this.change({ query: "", terms: new Map() });
      this.field("_q").focus();
    }
  }

  private async export(format: string): Promise<void> {
    const heads = this.heads.filter((head) => !head.hidden);
    const said = await exported(format, heads, this.visible, this.place.dataset);
    if (said) this.say(said);
  }

  private field(name: string): HTMLInputElement {
    return this.tools.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
  }

  private get order(): HTMLSelectElement {
    return this.tools.querySelector<HTMLSelectElement>("[name=_sort]")!;
  }
}
