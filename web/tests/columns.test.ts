import assert from "node:assert/strict";
import { test } from "node:test";

import { type Column, type Field, differing, lines } from "../src/columns.ts";

const field = (part: Field["part"], id: string, ...texts: string[]): Field =>
  ({ part, id, label: id.toUpperCase(), values: texts.map((text) => ({ text })) });
const column = (id: string, ...rows: Field[]): Column =>
  ({ id, cited: id, title: id, address: `studies/${id}/`, rows });

test("rows stand where the studies have them, each once", () => {
  const made = lines([
    column("one", field("study", "year", "2015"), field("findings", "bees", "more"), field("caveats", "c")),
    column("two", field("study", "year", "2015"), field("findings", "moths", "fewer"), field("caveats", "c")),
  ]);
  assert.deepEqual(made.map((line) => line.id), ["year", "moths", "bees", "c"]);
  assert.deepEqual(made[1]!.values.map((own) => own.map((one) => one.text)), [[], ["fewer"]]);
  assert.deepEqual(made.map((line) => line.differs), [false, false, false, false]);
});

test("studies differ in what they state, not in what they leave out, nor in its order", () => {
  const values = (...texts: string[]) => texts.map((text) => ({ text }));
  assert.ok(differing([values("a"), values("b")]));
  assert.ok(differing([values("a"), values("a", "b")]));
  assert.ok(!differing([values("b", "a"), values("a", "b")]));
  assert.ok(!differing([values("a"), values()]));
});

test("findings differ when they point in other directions, whatever their words", () => {
  const found = (stance: string, text: string) => [{ stance, text }];
  assert.ok(!differing([found("supports", "more"), found("supports", "many more")]));
  assert.ok(differing([found("supports", "more"), found("challenges", "fewer")]));
});

test("caveats are words of each study, and never marked", () => {
  const made = lines([column("a", field("caveats", "c", "x")), column("b", field("caveats", "c", "y"))]);
  assert.deepEqual(made.map((line) => line.differs), [false]);
});
