// Starts what a page asks for with `data-kb`; the pages can be read without any of it.

/** A part of a page that does something: `start` gets the element that asks for it, once. */
interface Part {
  start(place: HTMLElement): void | Promise<void>;
}

// Each part is a file of its own, loaded only by pages that have it.
const parts: Record<string, () => Promise<Part>> = {
  "compare": () => import("./compare.ts"),
  "explorer": () => import("./explorer/explorer.ts"),
  "graph": () => import("./graph.ts"),
  "matrix": () => import("./matrix.ts"),
  "table": () => import("./table.ts"),
};

/** Names the page, its address and the day on printed sheets; the style sheet has the place. */
function running(): void {
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" });
  const { style } = document.documentElement;
  style.setProperty("--kb-running-title", JSON.stringify(document.title));
  const address = `${location.href} · ${day.format(new Date())}`;
  style.setProperty("--kb-running-address", JSON.stringify(address));
}

addEventListener("beforeprint", running);

function startAll(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-kb]:not([data-kb-started])")) {
    place.dataset["kbStarted"] = "";
    void start(place);
  }
}

async function start(place: HTMLElement): Promise<void> {
  const part = await parts[place.dataset["kb"] ?? ""]?.();
  await part?.start(place);
  place.dataset["kbStarted"] = "done";
}

// Material swaps pages in place and tells here of each; other themes load them anew.
const pages = (globalThis as { document$?: { subscribe(told: () => void): unknown } }).document$;
if (pages) pages.subscribe(startAll);
else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
else startAll();
