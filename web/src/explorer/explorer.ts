// The gap explorer: takes over from the table in the page, which stays for those without scripts.

import { onBack } from "../back.ts";
import { made as h } from "../made.ts";
import { start as walk } from "../matrix.ts";
import { controls } from "./controls.ts";
import * as describe from "./describe.ts";
import { position, prepare, type Facts, type Table } from "./facts.ts";
import { opened } from "./opened.ts";
import { share, type Shared } from "./share.ts";
import { asking, read, write, type ViewState } from "./state.ts";
import { legend, notes, shares, summary } from "./summary.ts";
import { table } from "./table.ts";
import { chips } from "./filters.ts";
import { load, texts, type Texts } from "./texts.ts";
import { left, view, type View } from "./view.ts";
import { Words, type PageData } from "./words.ts";

/** Put the explorer in the place of the table in an element that has its words. */
export async function start(place: HTMLElement): Promise<void> {
  const given = place.dataset["settings"] ?? "{}";
  const page = JSON.parse(given) as PageData;
  let loaded: Awaited<ReturnType<typeof load<Table>>>;
  try {
    loaded = await load<Table>("facts");
  } catch {
    place.prepend(h("p", { class: "kb-note", role: "status" }, page.words["explore_failed"]));
    return;
  }
  const facts = prepare(loaded.data);
  new Explorer(place, facts, new Words(page, facts), loaded.generated_from).begin();
}

class Explorer {
  private readonly place: HTMLElement;
  private readonly facts: Facts;
  private readonly words: Words;
  private readonly version: string;
  private readonly parts = {
    chosen: h("div", {}),
    told: h("p", { class: "kb-told", role: "status" }),
    shares: h("div", {}),
    table: h("div", { class: "kb-scroll", role: "region", tabindex: "0" }),
    notes: h("div", {}),
    open: h("section", { class: "kb-opened", hidden: true, "aria-labelledby": "kb-opened" }),
  };
  private state: ViewState;
  private shown: View;

  constructor(place: HTMLElement, facts: Facts, words: Words, version: string) {
    [this.place, this.facts, this.words, this.version] = [place, facts, words, version];
    this.state = read(facts, new URLSearchParams(location.search)).state;
    this.shown = view(facts, this.state);
  }

  begin(): void {
    const { parts, facts, words } = this;
    const shared = (): Shared => ({
      view: this.shown,
      address: location.href,
      version: this.version,
    });
    const sharing = share(facts, words, shared, (text) => this.tell(text));
    const form = controls(facts, words, (change) => this.change(change(this.state)), sharing);
    this.follow = form.follow;
    const keys = h("p", { class: "kb-note kb-keys" }, words.t("explore_keys"));
    this.place.replaceChildren(
      form.element,
      parts.chosen,
      parts.told,
      parts.shares,
      parts.table,
      keys,
      parts.notes,
      parts.open,
    );
    walk(parts.table);
    parts.table.addEventListener("click", (event) => this.clicked(event));
    parts.table.addEventListener("focusin", (event) => this.rove(event.target as HTMLElement));
    this.place.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.state.cell) this.close();
    });
    onBack(this.place, () =>
      this.change(read(facts, new URLSearchParams(location.search)).state, false),
    );
    const { unknown } = read(facts, new URLSearchParams(location.search));
    this.render();
    if (unknown.length) {
      parts.told.before(
        h(
          "p",
          { class: "kb-note", role: "status" },
          words.t("explore_unknown", { what: unknown.join(", ") }),
        ),
      );
    }
    if (this.state.cell) parts.open.scrollIntoView({ block: "nearest" });
  }

  /** Where in the table the focus was last. */
  private last = "";
  private follow: (state: ViewState) => void = () => undefined;

  /** Another view: in the address, on the page, and told to those who do not see it. */
  private change(state: ViewState, remember = true): void {
    const [before, after] = [this.state.cell, state.cell];
    this.state = state;
    if (remember) {
      // Opening a cell is a step that one can go back from; choosing something else is not.
      const address = this.address(state);
      if (after && !before) history.pushState(history.state, "", address);
      else history.replaceState(history.state, "", address);
    }
    this.render();
  }

  private address(state: ViewState): string {
    const query = write(this.facts, state);
    return `${location.pathname}${query ? `?${query}` : ""}`;
  }

  private render(): void {
    const { facts, words, parts, state } = this;
    this.shown = view(facts, state);
    const focused = parts.table.querySelector("table")?.contains(document.activeElement);
    const made = table(words, this.shown, (row, column) =>
      this.address({ ...state, cell: { row, column } }),
    );
    parts.table.setAttribute("aria-label", describe.title(words, state));
    parts.table.replaceChildren(made);
    const stops = [...made.querySelectorAll<HTMLElement>("a, button")];
    const stop =
      stops.find((one) => one.dataset["key"] === this.last) ??
      made.querySelector<HTMLElement>("td a");
    for (const one of stops) one.tabIndex = one === stop ? 0 : -1;
    if (focused) stop?.focus({ preventScroll: true });
    this.follow(state);
    const choosing = parts.chosen.contains(document.activeElement);
    parts.chosen.replaceChildren(...this.chosen());
    if (choosing) this.place.querySelector<HTMLElement>(".kb-picked button, select")?.focus();
    parts.shares.replaceChildren(shares(words, this.shown));
    parts.notes.replaceChildren(...legend(words, this.shown), ...notes(facts, words, this.shown));
    const { studies, findings } = left(facts, state);
    const all = words.counted("study", facts.table.studies.id.length);
    this.tell(
      words.t("explore_left", {
        studies: words.number(studies),
        all,
        findings: words.counted("finding", findings),
      }),
      summary(words, this.shown),
    );
    this.carry();
    this.open();
  }

  /** Say something, and some more to those who only hear it. */
  private tell(text: string, more = ""): void {
    this.parts.told.replaceChildren(text, h("span", { class: "kb-hidden" }, ` ${more}`));
  }

  /** The other languages show the same view. */
  private carry(): void {
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".kb-languages a")) {
      link.search = location.search;
    }
  }

  private chosen(): HTMLElement[] {
    const { facts, words, state } = this;
    const without =
      (more: Partial<ViewState>) =>
      (one: ViewState): ViewState => ({ ...one, ...more });
    const items = state.selection.conditions.map((one) => ({
      label: describe.condition(facts, words, one),
      without: (from: ViewState) => asking(facts, from, { ...one, terms: [] }),
    }));
    const years = describe.years(words, state);
    if (years)
      items.push({
        label: years,
        without: (one) => ({ ...one, selection: { ...one.selection, from: null, to: null } }),
      });
    if (state.asOf !== null)
      items.push({ label: `${words.t("as_of")} ${state.asOf}`, without: without({ asOf: null }) });
    if (state.here) {
      const label = `${words.t("explore_here")}: ${describe.lens(facts, words, state.here)}`;
      items.push({ label, without: without({ here: null, there: null }) });
    }
    const plain = write(facts, { ...state, cell: null }) === "";
    return plain ? [] : [chips(items, facts, words, (change) => this.change(change(this.state)))];
  }

  private clicked(event: MouseEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = (event.target as HTMLElement).closest<HTMLElement>("[data-cell], [data-shut]");
    const name = target?.dataset["shut"];
    if (name !== undefined) {
      const shut = this.state.shut.includes(name)
        ? this.state.shut.filter((one) => one !== name)
        : [...this.state.shut, name];
      this.change({ ...this.state, shut });
    } else if (target) {
      event.preventDefault();
      const [row = "", column = ""] = (target.dataset["cell"] ?? "").split(",");
      this.change({ ...this.state, cell: { row, column } });
      this.parts.open.querySelector("h3")?.focus();
    }
  }

  /** One stop of the Tab key is enough for a table that arrow keys lead through. */
  private rove(target: HTMLElement): void {
    if (target.dataset["key"] === undefined) return;
    this.last = target.dataset["key"];
    for (const one of this.parts.table.querySelectorAll<HTMLElement>("[tabindex='0']"))
      one.tabIndex = -1;
    target.tabIndex = 0;
  }

  private close(): void {
    const { cell } = this.state;
    if (cell) this.last = `${cell.row},${cell.column}`;
    this.change({ ...this.state, cell: null });
    this.parts.table.querySelector<HTMLElement>("table [tabindex='0']")?.focus();
  }

  private open(): void {
    const {
      parts: { open },
      shown,
      facts,
      words,
      state: { cell },
    } = this;
    open.hidden = !cell;
    if (!cell) {
      open.replaceChildren();
      return;
    }
    const at = [position(shown.down, cell.row), position(shown.across, cell.column)] as const;
    const seen = shown.at(...at);
    const title = words.t("cell_of", {
      row: words.term(shown.across, at[1]),
      column: words.term(shown.down, at[0]),
    });
    const close = h("button", { type: "button", class: "kb-button" }, words.t("explore_close"));
    close.addEventListener("click", () => this.close());
    const fill = (loaded: Texts | null): void =>
      open.replaceChildren(
        h("h3", { id: "kb-opened", tabindex: "-1" }, title),
        close,
        ...opened(facts, words, shown, seen, loaded),
      );
    fill(null);
    void texts().then((loaded) => {
      if (this.shown !== shown) return; // another view has taken its place
      const focused = open.contains(document.activeElement);
      fill(loaded);
      if (focused) open.querySelector("h3")?.focus({ preventScroll: true });
    });
  }
}
