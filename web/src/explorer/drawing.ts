// A view as a picture: rectangles and texts, which become SVG or are painted on a canvas.

import * as describe from "./describe.ts";
import { STATES } from "./cells.ts";
import type { Facts } from "./facts.ts";
import { LENS_SIGNS } from "./table.ts";
import { COMPARED, segments, type Seen, type View } from "./view.ts";
import type { Words } from "./words.ts";

export type Shape =
  | { kind: "box"; x: number; y: number; width: number; height: number; fill: string }
  | {
      kind: "text";
      x: number;
      y: number;
      size: number;
      text: string;
      fill: string;
      bold: boolean;
      middle: boolean;
    };

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly shapes: readonly Shape[];
}

/** Colours by the names that the style sheet gives them, without `--kb-`. */
export type Palette = (name: string) => string;

/** How wide a text of some size is. */
export type Measure = (text: string, size: number) => number;

const MARGIN = 24;
const HEAD = 190;
const CELL = { width: 84, height: 46, space: 2, bar: 12 };
const LINE = 1.3;

/** The picture of a view; its title, filters, legend and source stand in it. */
export function draw(
  facts: Facts,
  words: Words,
  view: View,
  source: string,
  palette: Palette,
  measure: Measure,
): Drawing {
  const pen = new Pen(palette, measure);
  const width = Math.max(MARGIN * 2 + HEAD + view.columns.length * CELL.width, 720);
  const title = describe.title(words, view.state);
  let y = pen.paragraph(title, MARGIN, MARGIN, width - 2 * MARGIN, 20, "ink", true);
  for (const one of describe.details(facts, words, view.state)) {
    y = pen.paragraph(one, MARGIN, y + 2, width - 2 * MARGIN, 12, "soft");
  }
  y = grid(words, view, pen, y + 12);
  y = legend(words, view, pen, y + 14, width);
  y = pen.paragraph(source, MARGIN, y + 10, width - 2 * MARGIN, 10, "soft");
  const height = Math.ceil(y + MARGIN);
  const paper: Shape = { kind: "box", x: 0, y: 0, width, height, fill: palette("paper") };
  return { width, height, title, shapes: [paper, ...pen.shapes] };
}

class Pen {
  readonly shapes: Shape[] = [];
  private readonly palette: Palette;
  readonly measure: Measure;

  constructor(palette: Palette, measure: Measure) {
    [this.palette, this.measure] = [palette, measure];
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.shapes.push({ kind: "box", x, y, width, height, fill: this.palette(colour) });
  }

  text(
    text: string,
    x: number,
    y: number,
    size: number,
    colour: string,
    bold = false,
    middle = false,
  ): void {
    this.shapes.push({ kind: "text", x, y, size, text, fill: this.palette(colour), bold, middle });
  }

  /** Lines of text from a corner on; returns where they end. */
  paragraph(
    text: string,
    x: number,
    y: number,
    width: number,
    size: number,
    colour: string,
    bold = false,
  ): number {
    const lines = wrapped(text, width, size, this.measure);
    lines.forEach((line, at) => this.text(line, x, y + size * (1 + at * LINE), size, colour, bold));
    return y + lines.length * size * LINE;
  }
}

/** A text in lines that fit a width, as far as its words do. */
export function wrapped(text: string, width: number, size: number, measure: Measure): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && measure(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function grid(words: Words, view: View, pen: Pen, top: number): number {
  const heads = view.columns.map(({ term }) =>
    wrapped(words.term(view.across, term, true), CELL.width - 6, 11, pen.measure),
  );
  const deep = Math.max(...heads.map((lines) => lines.length), 1) * 11 * LINE;
  heads.forEach((lines, at) =>
    lines.forEach((line, number) => {
      const x = MARGIN + HEAD + (at + 0.5) * CELL.width;
      pen.text(
        line,
        x,
        top + deep - (lines.length - 1 - number) * 11 * LINE - 3,
        11,
        "ink",
        true,
        true,
      );
    }),
  );
  let y = top + deep + 4;
  for (const { term: row, depth } of view.rows) {
    const indent = Math.min(depth, 2) * 12;
    const lines = wrapped(words.term(view.down, row), HEAD - indent - 8, 11, pen.measure);
    const height = Math.max(
      CELL.height + (view.segmented ? CELL.bar : 0),
      lines.length * 11 * LINE + 6,
    );
    lines.forEach((line, at) =>
      pen.text(line, MARGIN + indent, y + 16 + at * 11 * LINE, 11, "ink", depth === 0),
    );
    view.columns.forEach(({ term: column }, at) => {
      cell(words, view, pen, view.at(row, column), MARGIN + HEAD + at * CELL.width, y, height);
    });
    y += height + CELL.space;
  }
  return y;
}

function cell(
  words: Words,
  view: View,
  pen: Pen,
  seen: Seen,
  x: number,
  y: number,
  height: number,
): void {
  const {
    cell: { state, studies },
    compared,
  } = seen;
  const [fill, ink] = colours(compared ? `lens-${compared}` : state);
  const [width, middle] = [CELL.width - CELL.space, x + (CELL.width - CELL.space) / 2];
  pen.box(x, y, width, height, fill);
  const count = studies.length ? ` ${words.number(studies.length)}` : "";
  pen.text(`${words.page.states[state].sign}${count}`, middle, y + 16, 13, ink, true, true);
  const label = compared
    ? `${LENS_SIGNS[compared]} ${words.t(`lens_short_${compared}`)}`
    : words.page.states[state].label;
  wrapped(label, width - 4, 9, pen.measure)
    .slice(0, 2)
    .forEach((line, at) => pen.text(line, middle, y + 28 + at * 10, 9, ink, false, true));
  bar(words, view, pen, seen, x + 3, y + height - 13, width - 6);
}

/** The segments of a cell, each with its number; where many are narrow, they share the room. */
function bar(
  words: Words,
  view: View,
  pen: Pen,
  { segments: found }: Seen,
  x: number,
  y: number,
  width: number,
): void {
  const widths = found.map(({ studies }) => Math.max(13, (width * studies) / view.full));
  const fitted = Math.min(1, width / widths.reduce((sum, one) => sum + one, 0));
  let left = x;
  found.forEach(({ studies, colour, letter }, at) => {
    const wide = (widths[at] ?? 0) * fitted;
    pen.box(left, y, wide, 10, "segment-ink");
    pen.box(left + 0.5, y + 0.5, wide - 1, 9, `segment-${colour}`);
    if (wide > 8)
      pen.text(
        letter + words.number(studies),
        left + wide / 2,
        y + 7.8,
        7.5,
        "segment-ink",
        true,
        true,
      );
    left += wide;
  });
}

/** The names of a kind of cell's colours: its ground and its text. */
function colours(kind: string): readonly [string, string] {
  const same: Readonly<Record<string, string>> = {
    "not-applicable": "quiet",
    "not-searched": "quiet",
    "lens-elsewhere": "contested",
    "lens-both": "covered",
    "lens-here": "thin",
    "lens-neither": "quiet",
  };
  const name = same[kind] ?? kind;
  return [name, `${name}-ink`];
}

function legend(words: Words, view: View, pen: Pen, top: number, width: number): number {
  const { segmented } = view;
  const items: (readonly [string, string, string])[] = view.state.here
    ? COMPARED.map((one) => [colours(`lens-${one}`)[0], LENS_SIGNS[one], words.t(`lens_${one}`)])
    : STATES.map((one) => [
        colours(one)[0],
        words.page.states[one].sign,
        words.page.states[one].label,
      ]);
  const thirds: (readonly [string, string, string])[] = segmented
    ? segments(segmented).map(({ term, colour, letter }) => [
        `segment-${colour}`,
        letter,
        words.term(segmented, term),
      ])
    : [];
  let [x, y] = [MARGIN, top];
  for (const [colour, sign, label] of [...items, ...thirds]) {
    const text = `${sign} ${label}`;
    const wide = 24 + pen.measure(text, 11) + 14;
    if (x > MARGIN && x + wide > width - MARGIN) [x, y] = [MARGIN, y + 18];
    pen.box(x, y, 16, 12, colour);
    pen.text(text, x + 22, y + 10, 11, "ink");
    x += wide;
  }
  y += 18;
  return segmented
    ? pen.paragraph(
        words.t("explore_full", { studies: words.counted("study", view.full) }),
        MARGIN,
        y,
        width - 2 * MARGIN,
        10,
        "soft",
      )
    : y;
}

/** The picture as SVG, with its title for those who do not see it. */
export function svg({ width, height, title, shapes }: Drawing): string {
  const shape = (one: Shape): string =>
    one.kind === "box"
      ? `<rect x="${round(one.x)}" y="${round(one.y)}" width="${round(one.width)}" height="${round(one.height)}" fill="${escaped(one.fill)}"/>`
      : `<text x="${round(one.x)}" y="${round(one.y)}" font-size="${one.size}" fill="${escaped(one.fill)}"${one.bold ? ' font-weight="700"' : ""}${one.middle ? ' text-anchor="middle"' : ""}>${escaped(one.text)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FONT}">`,
    `<title>${escaped(title)}</title>`,
    ...shapes.map(shape),
    "</svg>\n",
  ].join("\n");
}

export const FONT =
  "'Source Sans 3', 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  // Control characters cannot stand in XML, not even escaped.
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "")
    .replace(/[&<>"]/g, (one) => names[one] ?? one);
}
