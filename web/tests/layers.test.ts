import assert from "node:assert/strict";
import { test } from "node:test";

import { picture, wrapped } from "../src/layers.ts";
import type { Sizes } from "../src/layers.ts";

const measure = (text: string): number => text.length;
const sizes: Sizes = { column: 40, room: 10, line: 10, gap: 4, lines: 2, drop: 20, measure };
const group = (...labels: [number, string][]) => [{
  heading: "Head", members: labels.map(([node, label]) => ({ node, label })), rest: "",
}];

test("a text is wrapped at spaces, and cut with three dots", () => {
  assert.deepEqual(wrapped("one two three", 7, 3, measure), ["one two", "three"]);
  assert.deepEqual(wrapped("one two three four", 7, 2, measure), ["one two", "three…"]);
  assert.deepEqual(wrapped("one two threefour five", 7, 2, measure), ["one two", "threef…"]);
  assert.deepEqual(wrapped("extraordinary", 7, 2, measure), ["extrao…"]);
  assert.deepEqual(wrapped("", 7, 2, measure), [""]);
});

test("columns stand side by side, their parts below each other", () => {
  const shape = picture([group([0, "a"], [1, "b"]), group([2, "c"])], [], sizes);
  assert.equal(shape.width, 90);
  assert.equal(shape.height, 42);
  assert.deepEqual(
    shape.pieces.map((piece) => [piece.kind, piece.node, piece.x, piece.y]),
    [
      ["heading", -1, 0, 0], ["node", 0, 0, 14], ["node", 1, 0, 28],
      ["heading", -1, 50, 7], ["node", 2, 50, 21],
    ],
  );
});

test("no two texts lie on each other, and none leaves its column", () => {
  const labels = Array.from({ length: 30 }, (_, node): [number, string] => {
    return [node, "word ".repeat(node % 7).trim() || "x"];
  });
  const shape = picture([group(...labels)], [], sizes);
  let foot = 0;
  for (const piece of shape.pieces) {
    assert.ok(piece.y >= foot);
    assert.ok(piece.x + piece.width <= sizes.column);
    foot = piece.y + piece.height;
  }
  assert.equal(shape.height, foot);
});

test("a line leads from the end of one text to the start of the other, whatever its direction", () => {
  const links: [number, number][] = [[0, 2], [2, 1], [0, 1], [0, 9]];
  const shape = picture([group([0, "a"], [1, "b"]), group([2, "c"])], links, sizes);
  assert.deepEqual(
    shape.curves.map(({ from, to, d }) => [from, to, d]),
    [
      [0, 2, "M27 21H40C45 21 45 28 50 28"],
      [2, 1, "M27 35H40C45 35 45 28 50 28"],
    ],
  );
});
