// The graph in a page: its address says what is shown; a picture, and beside it the same as a list.

import { onBack } from "./back.ts";
import { INDENT, picture } from "./layers.ts";
import type { Piece, Sizes } from "./layers.ts";
import { found, network } from "./network.ts";
import type { Links, Network, Node } from "./network.ts";
import { told, viewOf } from "./views.ts";
import type { Asked, Section, Settings, View } from "./views.ts";

const SVG = "http://www.w3.org/2000/svg";
const OFFERED = 12;
/** Below how many pixels of width lines of text are short, and more of them. */
const NARROW = 600;

/** Show the graph in an element that names its links, its settings and the root of the pages. */
export async function start(place: HTMLElement): Promise<void> {
  const settings = JSON.parse(place.dataset["settings"] ?? "{}") as Settings;
  place.hidden = false;
  try {
    const answer = await fetch(place.dataset["source"] ?? "");
    if (!answer.ok) throw new Error(answer.statusText);
    const links = (await answer.json()) as Links;
    if (place.isConnected) new Graph(place, settings, network(links)).begin();
  } catch {
    place.textContent = told(settings, "failed");
  }
}

class Graph {
  readonly #place: HTMLElement;
  readonly #settings: Settings;
  readonly #all: Network;
  readonly #form: HTMLFormElement;
  readonly #status: HTMLElement;
  readonly #picture: HTMLElement;
  readonly #list: HTMLElement;
  #width = 0;

  constructor(place: HTMLElement, settings: Settings, all: Network) {
    const part = <T extends HTMLElement>(name: string): T => {
      const one = place.querySelector<T>(name);
      if (!one) throw new Error(name);
      return one;
    };
    this.#place = place;
    this.#settings = settings;
    this.#all = all;
    this.#form = part("form");
    this.#status = part(".kb-net__status");
    this.#picture = part(".kb-net__picture");
    this.#list = part(".kb-net__list");
  }

  begin(): void {
    this.#form.addEventListener("submit", (event) => this.#search(event));
    this.#form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.#go(new URLSearchParams());
    });
    this.#form.addEventListener("change", (event) => this.#choose(event.target as HTMLElement));
    this.#form.addEventListener("input", (event) => this.#offer(event.target as HTMLElement));
    this.#place.addEventListener("click", (event) => this.#walk(event));
    for (const kind of ["mouseover", "focusin"]) {
      this.#place.addEventListener(kind, (event) => this.#light(event.target as Element));
    }
    this.#picture.addEventListener("mouseleave", () => this.#light(null));
    onBack(this.#place, () => this.#show());
    new ResizeObserver((_, observer) => {
      if (!this.#place.isConnected) observer.disconnect();
      else if (this.#picture.clientWidth !== this.#width) this.#draw(this.#view());
    }).observe(this.#picture);
    this.#show();
    // The picture has moved what the address leads to.
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }

  /** What the address asks for; a name that the graph does not have counts as none. */
  #asked(): Asked {
    const query = new URLSearchParams(location.search);
    const { kinds, overview } = this.#settings;
    const [at, to] = ["at", "to"].map((name) => this.#all.places.get(query.get(name) ?? ""));
    const usual = at === undefined ? overview : kinds;
    return {
      ...(at === undefined ? {} : { at }),
      ...(to === undefined ? {} : { to }),
      kinds: new Set(query.get("kinds")?.split(",") ?? usual),
    };
  }

  /** What to say of a name in the address that the graph does not have. */
  #lost(): string {
    const query = new URLSearchParams(location.search);
    const names = ["at", "to"].map((name) => query.get(name));
    const name = names.find((one) => one !== null && !this.#all.places.has(one));
    return name ? `${told(this.#settings, "unknown", { name })} ` : "";
  }

  #view(): View {
    return viewOf(this.#all, this.#asked(), this.#settings);
  }

  #show(): void {
    const asked = this.#asked();
    const view = this.#view();
    for (const box of this.#boxes()) box.checked = asked.kinds.has(box.value);
    this.#field("at").value = this.#node(asked.at)?.label ?? "";
    this.#field("to").value = this.#node(asked.to)?.label ?? "";
    this.#draw(view);
    this.#tell(view, asked);
    // The records have the same names in every language.
    for (const link of document.querySelectorAll<HTMLAnchorElement>("a[hreflang]")) {
      link.search = location.search;
    }
    this.#status.textContent = `${this.#lost()}${view.title} – ${view.about}`;
  }

  // --- Where to go -------------------------------------------------------------------------------

  #go(query: URLSearchParams, keep = false): void {
    const address = query.size > 0 ? `?${query}` : location.pathname;
    if (keep) history.replaceState(history.state, "", address);
    else history.pushState(null, "", address);
    this.#show();
  }

  #search(event: Event): void {
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    const names = ["at", "to"].map((name) => this.#field(name).value.trim());
    if (!names[0]) names.reverse();
    for (const [place, name] of ["at", "to"].entries()) {
      const words = names[place] ?? "";
      if (words) query.set(name, this.#resolved(words, query.get(name)));
      else query.delete(name);
    }
    this.#go(query);
  }

  /** The id of the node with a label, if possible the one that is already shown; else the first
   * that has all the words, else the words themselves. */
  #resolved(words: string, shown: string | null): string {
    const same = this.#all.nodes.filter((node) => node.label === words || node.id === words);
    const kept = same.find((node) => node.id === shown) ?? same[0];
    return kept?.id ?? this.#all.nodes[found(this.#all, words, 1)[0] ?? -1]?.id ?? words;
  }

  #choose(target: HTMLElement): void {
    if (!(target instanceof HTMLInputElement) || target.type !== "checkbox") return;
    const query = new URLSearchParams(location.search);
    const chosen = this.#boxes().filter((box) => box.checked).map((box) => box.value);
    query.set("kinds", chosen.join(","));
    this.#go(query, true);
  }

  #offer(target: HTMLElement): void {
    if (!(target instanceof HTMLInputElement) || !target.list) return;
    const options = found(this.#all, target.value, OFFERED).map((place) => {
      const node = this.#all.nodes[place] as Node;
      const option = document.createElement("option");
      option.value = node.label;
      option.label = [this.#word(`kind_${node.kind}`), node.note].filter(Boolean).join(" · ");
      return option;
    });
    target.list.replaceChildren(...options);
  }

  #walk(event: MouseEvent): void {
    const link = (event.target as Element).closest<Element>("a[data-node]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    event.stopPropagation();
    this.#go(this.#queryOf(Number(link.getAttribute("data-node"))));
    this.#list.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }

  /** The address of a node; the kinds that were chosen for a record stay chosen. */
  #queryOf(place: number): URLSearchParams {
    const query = new URLSearchParams({ at: this.#node(place)?.id ?? "" });
    const old = new URLSearchParams(location.search);
    const kinds = old.has("at") ? old.get("kinds") : null;
    if (kinds !== null) query.set("kinds", kinds);
    return query;
  }

  // --- What is shown -----------------------------------------------------------------------------

  #draw(view: View): void {
    this.#width = this.#picture.clientWidth;
    const shape = picture(view.columns, view.links, this.#sizes(view));
    const svg = drawn("svg", {
      width: shape.width, height: shape.height, "aria-hidden": "true", class: "kb-net__svg",
      viewBox: `0 0 ${shape.width} ${shape.height}`,
    });
    for (const { from, to, d } of shape.curves) {
      svg.append(drawn("path", { d, "data-ends": `${from} ${to}` }));
    }
    svg.append(...shape.pieces.map((piece) => this.#piece(piece)));
    this.#picture.replaceChildren(svg);
    this.#picture.scrollLeft = (shape.width - this.#width) / 2;
    this.#picture.hidden = view.columns.length === 0;
  }

  #sizes(view: View): Sizes {
    const style = getComputedStyle(this.#picture);
    const brush = document.createElement("canvas").getContext("2d");
    if (brush) brush.font = `${style.fontSize} ${style.fontFamily}`;
    const [size, columns] = [parseFloat(style.fontSize), view.columns.length];
    const isNarrow = this.#width < NARROW;
    const room = isNarrow ? 2 * size : 5 * size;
    const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    const wide = (this.#width - padding - room * (columns - 1)) / Math.max(1, columns);
    return {
      column: Math.max((isNarrow ? 10 : 12) * size, Math.min(wide, 30 * size)),
      room,
      line: Math.round(size * 1.3),
      gap: Math.round(size * 0.7),
      lines: isNarrow ? 3 : 2,
      drop: view.drop * size * 1.3,
      measure: (text) => brush?.measureText(text).width ?? text.length * size * 0.5,
    };
  }

  #piece(piece: Piece): Element {
    const node = this.#node(piece.node);
    const step = piece.height / (piece.lines.length + 0.5);
    const text = drawn("text", { class: `kb-net__${piece.kind}` });
    for (const [place, line] of piece.lines.entries()) {
      const y = piece.y + (place + 0.85) * step;
      const x = piece.x + (piece.kind === "heading" ? 0 : INDENT);
      text.append(drawn("tspan", { x, y }, line));
    }
    if (!node) return text;
    const sign = drawn("text", {
      x: piece.x, y: piece.y + 0.85 * step, class: `kb-kind--${node.kind}`,
    }, this.#settings.signs[node.kind] ?? "");
    const link = drawn("a", {
      href: `?${this.#queryOf(piece.node)}`, tabindex: -1, "data-node": piece.node,
    });
    const about = [node.label, node.note].filter(Boolean).join(" – ");
    link.append(drawn("title", {}, about), sign, text);
    return link;
  }

  #tell(view: View, asked: Asked): void {
    const [heading, about] = [document.createElement("h2"), document.createElement("p")];
    heading.textContent = view.title;
    heading.tabIndex = -1;
    about.textContent = view.about;
    const ends = [asked.at, asked.to].filter((one) => one !== undefined);
    const doors = document.createElement("ul");
    doors.className = "kb-list";
    doors.append(...ends.map((end) => this.#door(end)));
    const sections = view.sections.flatMap((section) => this.#section(section));
    this.#list.replaceChildren(heading, ...(ends.length > 0 ? [doors] : []), about, ...sections);
  }

  /** What is told of a record, and the way to its page. */
  #door(place: number): HTMLElement {
    const node = this.#node(place) as Node;
    const [door, link] = [document.createElement("li"), document.createElement("a")];
    link.href = (this.#place.dataset["root"] ?? "") + node.address;
    link.textContent = `${this.#word("open_page")}: ${node.label}`;
    door.append(link, ...(node.note ? [` – ${node.note}`] : []));
    return door;
  }

  #section(section: Section): HTMLElement[] {
    const [heading, list] = [document.createElement("h3"), document.createElement("ul")];
    heading.textContent = section.heading;
    list.className = "kb-list";
    for (const { node, before } of section.members) list.append(this.#item(node, before));
    return [heading, list];
  }

  #item(place: number, before: string): HTMLElement {
    const node = this.#node(place) as Node;
    const [item, sign] = [document.createElement("li"), document.createElement("span")];
    const [link, note] = [document.createElement("a"), document.createElement("small")];
    sign.className = `kb-kind__sign kb-kind--${node.kind}`;
    sign.textContent = this.#settings.signs[node.kind] ?? "";
    sign.ariaHidden = "true";
    link.href = `?${this.#queryOf(place)}`;
    link.dataset["node"] = String(place);
    link.textContent = node.label;
    note.textContent = node.note;
    item.append(...(before ? [`${before}: `] : []), sign, " ", link, " ", note);
    return item;
  }

  /** Bring out a node with its lines and neighbours, in the picture and in the list. */
  #light(target: Element | null): void {
    const link = target?.closest("[data-node]");
    const name = link?.getAttribute("data-node");
    const near = new Set<string>();
    for (const path of this.#picture.querySelectorAll("path")) {
      const ends = (path.getAttribute("data-ends") ?? "").split(" ");
      const isOn = name !== null && name !== undefined && ends.includes(name);
      path.classList.toggle("kb-net--on", isOn);
      if (isOn) for (const end of ends) near.add(end);
    }
    for (const node of this.#picture.querySelectorAll("[data-node]")) {
      const own = node.getAttribute("data-node") ?? "";
      node.classList.toggle("kb-net--on", near.has(own) || own === name);
    }
    this.#picture.classList.toggle("kb-net--lit", near.size > 0);
  }

  // --- Parts -------------------------------------------------------------------------------------

  #boxes(): HTMLInputElement[] {
    return [...this.#form.querySelectorAll<HTMLInputElement>("input[name=kind]")];
  }

  #field(name: string): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement;
  }

  #node(place: number | undefined): Node | undefined {
    return place === undefined ? undefined : this.#all.nodes[place];
  }

  #word(name: string): string {
    return told(this.#settings, name);
  }
}

function drawn(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, String(value));
  if (text) one.textContent = text;
  return one;
}
