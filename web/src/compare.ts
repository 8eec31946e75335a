// Puts chosen studies side by side; the address names them.

import { query } from "./address.ts";
import { onBack } from "./back.ts";
import { type Column, type Line, lines, type Value } from "./columns.ts";
import { copied, made } from "./made.ts";
import { collator, filled, listed } from "./words.ts";

/** Let readers choose studies in an element, and show them side by side. */
export function start(place: HTMLElement): void {
  new Comparison(place).begin();
}

class Comparison {
  private readonly place: HTMLElement;
  private readonly loaded = new Map<string, Promise<Column>>();
  private readonly items: HTMLElement[];
  private readonly root: URL;
  private readonly words: DOMStringMap;
  private turn = 0;

  constructor(place: HTMLElement) {
    this.place = place;
    this.items = [...place.querySelectorAll<HTMLElement>(".kb-chooser li")];
    this.words = place.dataset;
    this.root = new URL(this.words["kbRoot"]!, location.href);
  }

  begin(): void {
    for (const item of this.items) this.choosable(item);
    const find = this.place.querySelector<HTMLInputElement>("[name=_find]")!;
    find.closest("label")!.hidden = false;
    find.addEventListener("input", () => this.find(find.value.toLowerCase().trim()));
    this.only.addEventListener("change", () => {
      this.go((given) => this.only.checked ? given.set("_only", "differences") : given.delete("_only"));
    });
    this.place.addEventListener("click", (event) => {
      const { kbExport } = (event.target as HTMLElement).dataset;
      if (kbExport === "print") print();
      if (kbExport === "link") void this.copy();
    });
    onBack(this.place, () => void this.show());
    void this.show();
  }

  private get only(): HTMLInputElement {
    return this.place.querySelector<HTMLInputElement>("[name=_only]")!;
  }

  private get chosen(): string[] {
    const given = new URLSearchParams(location.search).get("studies") ?? "";
    return [...new Set(given.split(",").filter(Boolean))];
  }

  private choosable(item: HTMLElement): void {
    const link = item.querySelector("a")!;
    const box = made("input", {
      "type": "checkbox",
      "aria-label": link.textContent,
      "onchange": () => this.choose(item.dataset["id"]!, box.checked),
    });
    item.prepend(box, " ");
  }

  private find(text: string): void {
    for (const item of this.items) item.hidden = !item.textContent.toLowerCase().includes(text);
  }

  private choose(id: string, on: boolean): void {
    const others = this.chosen.filter((one) => one !== id);
    const studies = on ? [...others, id] : others;
    this.go((given) => studies.length ? given.set("studies", studies.join(",")) : given.delete("studies"));
  }

  /** Change the address, and show what it says. */
  private go(change: (given: URLSearchParams) => void): void {
    const given = new URLSearchParams(location.search);
    change(given);
    history.replaceState(history.state, "", `${location.pathname}${query(given)}`);
    void this.show();
  }

  private async show(): Promise<void> {
    const [turn, chosen] = [++this.turn, this.chosen];
    for (const item of this.items) {
      item.querySelector("input")!.checked = chosen.includes(item.dataset["id"]!);
    }
    this.only.checked = new URLSearchParams(location.search).has("_only");
    const found = await Promise.allSettled(chosen.map((id) => this.load(id)));
    if (turn !== this.turn) return; // another choice was made meanwhile
    const columns = found.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const lost = chosen.filter((_, at) => found[at]!.status === "rejected");
    this.place.querySelector<HTMLElement>(".kb-compare-tools")!.hidden = !columns.length;
    const table = this.place.querySelector("[data-kb-place=table]")!;
    table.replaceChildren(...(columns.length ? [this.table(columns)] : []));
    const said = [
      filled(this.words["kbCaption"], { n: columns.length }),
      ...(lost.length ? [filled(this.words["kbFailed"], { studies: listed(lost) })] : []),
    ];
    this.say(chosen.length ? said.join(". ") : "");
  }

  /** What a study's file says; only studies that the page lists have one, if it lists all. */
  private load(id: string): Promise<Column> {
    const listed = this.items.some((item) => item.dataset["id"] === id);
    const known = listed || ("kbMore" in this.words && /^[\w-]+$/.test(id));
    if (!known) return Promise.reject(new Error(id));
    const loading = this.loaded.get(id) ?? this.fetched(id);
    this.loaded.set(id, loading);
    loading.catch(() => this.loaded.delete(id));
    return loading;
  }

  private async fetched(id: string): Promise<Column> {
    const answer = await fetch(new URL(`compare/${id}.json`, this.root));
    if (!answer.ok) throw new Error(id);
    return await answer.json() as Column;
  }

  private table(columns: Column[]): HTMLElement {
    const all = lines(columns);
    const facts = all.filter((line) => line.part === "study");
    const findings = all.filter((line) => line.part === "findings")
      .sort((one, other) => collator().compare(one.label, other.label));
    const caveats = all.filter((line) => line.part === "caveats");
    const caption = filled(this.words["kbCaption"], { n: columns.length });
    const heads = columns.map((column) => this.head(column));
    const table = made("table", { class: "kb-table kb-comparison" },
      made("caption", { class: "kb-hidden" }, caption),
      made("thead", {}, made("tr", {}, made("th", { scope: "col" }, this.words["kbField"]!), ...heads)),
      this.body("", facts, columns),
      this.body(this.words["kbFindings"]!, findings, columns),
      this.body("", caveats, columns));
    const region = { "class": "kb-scroll", "role": "region", "tabindex": "0" };
    return made("div", { ...region, "aria-label": this.words["kbRegion"]! }, table);
  }

  private head({ id, cited, title, address }: Column): HTMLElement {
    const link = made("a", { href: this.link(address) }, cited);
    const name = filled(this.words["kbRemove"], { what: cited });
    const remove = made("button", {
      "type": "button",
      "class": "kb-remove",
      "aria-label": name,
      "onclick": () => {
        this.choose(id, false);
        this.place.querySelector<HTMLElement>("[name=_find]")!.focus();
      },
    }, "×");
    return made("th", { scope: "col" }, link, " ", remove, made("small", {}, title));
  }

  private body(heading: string, all: Line[], columns: Column[]): HTMLElement {
    const shown = all.filter((line) => line.differs || !this.only.checked);
    const rows = shown.map((line) => this.row(line, columns));
    if (heading && rows.length) {
      const span = String(columns.length + 1);
      rows.unshift(made("tr", { class: "kb-heading" },
        made("th", { scope: "rowgroup", colspan: span }, heading)));
    }
    return made("tbody", {}, ...rows);
  }

  private row(line: Line, columns: Column[]): HTMLTableRowElement {
    const mark = made("span", { class: "kb-unlike" },
      made("span", { "aria-hidden": "true" }, "≠"),
      made("span", { class: "kb-hidden" }, this.words["kbDiffers"]!));
    const head = made("th", { scope: "row" }, line.label, ...(line.differs ? [" ", mark] : []));
    const cells = line.values.map((values, at) => {
      const cell = this.cell(line, values);
      cell.dataset["label"] = columns[at]!.cited;
      return cell;
    });
    return made("tr", line.differs ? { class: "kb-differs" } : {}, head, ...cells);
  }

  private cell(line: Line, values: Value[]): HTMLTableCellElement {
    if (!values.length) {
      const word = line.part === "study" ? this.words["kbUnsaid"]! : this.words["kbNothing"]!;
      return made("td", {}, made("span", { class: "kb-unsaid" }, word));
    }
    const texts = values.map((value) => this.value(value));
    if (line.part === "study") return made("td", {}, ...texts.flatMap((one, at) => at ? [", ", one] : [one]));
    return made("td", {}, made("ul", { class: "kb-list" }, ...texts.map((one) => made("li", {}, one))));
  }

  private value({ text, address, sign, stance, direction }: Value): Node | string {
    const content = address ? made("a", { href: this.link(address) }, text) : text;
    if (!direction) return content;
    const box = made("span", { "aria-hidden": "true" }, sign ?? "");
    const whole = new DocumentFragment();
    whole.append(made("span", { class: `kb-dir kb-dir--${stance}` }, box, ` ${direction}`), " ", content);
    return whole;
  }

  private link(address: string): string {
    return new URL(address, this.root).href;
  }

  private async copy(): Promise<void> {
    const done = await copied(location.href);
    const status = this.place.querySelector<HTMLElement>("[role=status]")!;
    this.say(done ? status.dataset["kbCopied"]! : location.href);
  }

  private say(text: string): void {
    this.place.querySelector("[role=status]")!.textContent = text;
  }
}
