// Taking a view along: its address, how to cite it, and files of what is shown.

import { csv, save } from "../files.ts";
import { copied, made as h } from "../made.ts";
import type { Control } from "./fields.ts";
import * as describe from "./describe.ts";
import { draw, FONT, svg, type Drawing, type Palette } from "./drawing.ts";
import type { Facts } from "./facts.ts";
import { rows } from "./rows.ts";
import type { View } from "./view.ts";
import type { Words } from "./words.ts";

/** What there is to share: the view, its address, and what tells its data from any other. */
export interface Shared {
  readonly view: View;
  readonly address: string;
  readonly version: string;
}

/** The part of the page with the address, the citation and the files; and what is printed of it. */
export function share(
  facts: Facts,
  words: Words,
  shared: () => Shared,
  announce: (text: string) => void,
): Control {
  const address = h("input", { type: "text", readonly: true, id: "kb-address" });
  const citation = h("p", { class: "kb-citation" });
  const copy = (text: () => string): HTMLElement =>
    button(words.t("explore_copy"), () => {
      void copied(text()).then((done) => announce(done ? words.t("explore_copied") : text()));
    });
  const cite = (): string =>
    describe.citation(facts, words, shared().view.state, { ...shared(), day: new Date() });
  const files: readonly (readonly [string, () => Promise<Blob>])[] = [
    [
      "CSV",
      () =>
        Promise.resolve(
          new Blob([csv(rows(facts, words, shared().view))], { type: "text/csv" }),
        ),
    ],
    [
      "SVG",
      () =>
        Promise.resolve(
          new Blob([svg(drawing(facts, words, shared(), cite()))], { type: "image/svg+xml" }),
        ),
    ],
    ["PNG", () => painted(drawing(facts, words, shared(), cite()))],
  ];
  const saving = files.map(([format, made]) =>
    button(words.t("explore_save", { format }), () => {
      void made().then((blob) => save(`${name(shared().view)}.${format.toLowerCase()}`, blob));
    }),
  );
  const element = h(
    "details",
    { class: "kb-fold kb-share-view" },
    h("summary", {}, words.t("explore_share")),
    h(
      "div",
      { class: "kb-inside" },
      h(
        "p",
        { class: "kb-field kb-field--wide" },
        h("label", { for: "kb-address" }, words.t("explore_address")),
        address,
        copy(() => address.value),
      ),
      h(
        "p",
        { class: "kb-field kb-field--wide" },
        h("span", {}, words.t("how_to_cite")),
        copy(cite),
      ),
      citation,
      h(
        "p",
        { class: "kb-files" },
        ...saving,
        button(words.t("explore_print"), () => window.print()),
      ),
    ),
  );
  return {
    element,
    follow: () => {
      address.value = shared().address;
      citation.textContent = cite();
    },
  };
}

function button(label: string, pressed: () => void): HTMLButtonElement {
  const made = h("button", { type: "button", class: "kb-button" }, label);
  made.addEventListener("click", pressed);
  return made;
}

function name({ state: { across, down, asOf } }: View): string {
  return [across, down, ...(asOf === null ? [] : [asOf])].join("-");
}

/** The picture in the light colours, whichever the page has: it is made to be printed. */
function drawing(facts: Facts, words: Words, { view }: Shared, source: string): Drawing {
  const probe = h("div", { "data-md-color-scheme": "default", hidden: true });
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const palette: Palette = (colour) => style.getPropertyValue(`--kb-${colour}`).trim() || "#000";
  const context = h("canvas").getContext("2d");
  const made = draw(facts, words, view, source, palette, (text, size) => {
    if (!context) return text.length * size * 0.55;
    context.font = `700 ${size}px ${FONT}`;
    return context.measureText(text).width;
  });
  probe.remove();
  return made;
}

/** The picture in twice its size, for print. */
async function painted({ width, height, shapes }: Drawing): Promise<Blob> {
  const canvas = h("canvas", { width: width * 2, height: height * 2 });
  const context = canvas.getContext("2d");
  context?.scale(2, 2);
  for (const one of context ? shapes : []) {
    if (!context) break;
    context.fillStyle = one.fill;
    if (one.kind === "box") {
      context.fillRect(one.x, one.y, one.width, one.height);
    } else {
      context.font = `${one.bold ? 700 : 400} ${one.size}px ${FONT}`;
      context.textAlign = one.middle ? "center" : "start";
      context.fillText(one.text, one.x, one.y);
    }
  }
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => {
      if (blob) done(blob);
      else failed(new Error("the picture could not be made"));
    }),
  );
}
