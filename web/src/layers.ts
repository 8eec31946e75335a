// Where the parts of a picture of columns stand: each node has a line or two of text.

/** What stands in one column: groups, each with a heading (or none) and nodes. */
export interface Group {
  heading: string;
  members: { node: number; label: string }[];
  /** A last line, for what is left out. */
  rest: string;
}

/** A piece of text at a place; `node` is its node, if it is the text of one. */
export interface Piece {
  kind: "heading" | "node" | "rest";
  node: number;
  lines: string[];
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A line between two pieces, as the `d` of an SVG path. */
export interface Curve {
  from: number;
  to: number;
  d: string;
}

/** The sizes of a picture, in pixels; `room` is the space between columns, for the lines. */
export interface Sizes {
  column: number;
  room: number;
  line: number;
  gap: number;
  lines: number;
  /** How far a short column may sink towards the middle of a tall one. */
  drop: number;
  /** How many pixels wide a text is. */
  measure: (text: string) => number;
}

export interface Picture {
  width: number;
  height: number;
  pieces: Piece[];
  curves: Curve[];
}

/** The picture of some columns and the links between their nodes. */
export function picture(
  columns: readonly (readonly Group[])[],
  links: readonly (readonly [number, number])[],
  sizes: Sizes,
): Picture {
  const stacked = columns.map((groups, place) => {
    return column(groups, place * (sizes.column + sizes.room), sizes);
  });
  const height = Math.max(0, ...stacked.map((one) => one.height));
  for (const one of stacked) {
    const drop = Math.min(sizes.drop, (height - one.height) / 2);
    for (const piece of one.pieces) piece.y += drop;
  }
  const pieces = stacked.flatMap((one) => one.pieces);
  const width = columns.length * (sizes.column + sizes.room) - sizes.room;
  return { width, height, pieces, curves: curves(pieces, links, sizes.column) };
}

function column(
  groups: readonly Group[],
  x: number,
  sizes: Sizes,
): { pieces: Piece[]; height: number } {
  const pieces: Piece[] = [];
  let y = 0;
  const add = (kind: Piece["kind"], text: string, node = -1): void => {
    const lines = wrapped(text, sizes.column - INDENT - SPACE, sizes.lines, sizes.measure);
    const height = lines.length * sizes.line + sizes.gap;
    const width = INDENT + Math.max(...lines.map(sizes.measure)) + SPACE;
    pieces.push({ kind, node, lines, x, y, width, height });
    y += height;
  };
  for (const [place, group] of groups.entries()) {
    if (place > 0) y += sizes.line;
    if (group.heading) add("heading", group.heading);
    for (const { node, label } of group.members) add("node", label, node);
    if (group.rest) add("rest", group.rest);
  }
  return { pieces, height: y };
}

/** Room for the sign before a text, and between a text and the line that leaves it. */
export const INDENT = 20;
const SPACE = 6;

/** A text in as many lines as are allowed; what does not fit is cut, and three dots say so. */
export function wrapped(
  text: string,
  width: number,
  most: number,
  measure: (text: string) => number,
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  const kept = lines.slice(0, most);
  const last = kept.length - 1;
  const isCut = lines.length > most;
  kept[last] = fitted(kept[last] ?? "", isCut, width, measure);
  return kept.map((one, place) => (place < last ? fitted(one, false, width, measure) : one));
}

function fitted(
  line: string,
  isCut: boolean,
  width: number,
  measure: (text: string) => number,
): string {
  if (!isCut && measure(line) <= width) return line;
  let letters = [...line];
  while (letters.length > 0 && measure(`${letters.join("")}…`) > width) {
    letters = letters.slice(0, -1);
  }
  return `${letters.join("").trimEnd()}…`;
}

function curves(
  pieces: readonly Piece[],
  links: readonly (readonly [number, number])[],
  column: number,
): Curve[] {
  const at = new Map<number, Piece[]>();
  for (const piece of pieces) {
    if (piece.kind === "node") at.set(piece.node, [...(at.get(piece.node) ?? []), piece]);
  }
  const made: Curve[] = [];
  for (const [from, to] of links) {
    for (const one of at.get(from) ?? []) {
      for (const other of at.get(to) ?? []) {
        const [left, right] = one.x <= other.x ? [one, other] : [other, one];
        if (left.x < right.x) made.push({ from, to, d: curve(left, right, column) });
      }
    }
  }
  return made;
}

/** A line that bends only between columns, so that it crosses no text of its own. */
function curve(left: Piece, right: Piece, column: number): string {
  const round = (value: number): number => Math.round(value * 10) / 10;
  const [start, y1] = [round(left.x + left.width), round(left.y + left.height / 2)];
  const [end, y2] = [round(right.x), round(right.y + right.height / 2)];
  const edge = round(left.x + column);
  const middle = round((edge + end) / 2);
  return `M${start} ${y1}H${edge}C${middle} ${y1} ${middle} ${y2} ${end} ${y2}`;
}
