import assert from "node:assert/strict";
import { test } from "node:test";

import { counted, fitting, ordered, type Unit, wordsOf } from "../src/rows.ts";

const unit = (terms: string, text = ""): Unit => ({ terms: new Set(terms.split(" ")), text });
const chosen = (terms: Record<string, string[]>, query = ""): Parameters<typeof fitting>[2] =>
  ({ words: wordsOf(query), terms: new Map(Object.entries(terms)) });

const roofs = unit("city:berlin effect:bees", "more bees on roofs");
const walls = unit("city:berlin effect:moths direction:harms", "fewer moths on walls");
const row = { text: "muster (2015) roofs and walls", units: [roofs, walls] };

test("terms of one facet widen, facets narrow, and one finding has to have them all", () => {
  assert.deepEqual(fitting(row.text, row.units, chosen({})), [roofs, walls]);
  assert.deepEqual(fitting(row.text, row.units, chosen({ effect: ["bees", "moths"] })), [roofs, walls]);
  assert.deepEqual(fitting(row.text, row.units, chosen({ city: ["berlin"], effect: ["moths"] })), [walls]);
  const apart = chosen({ effect: ["bees"], direction: ["harms"] });
  assert.deepEqual(fitting(row.text, row.units, apart), []);
});

test("each word stands in the finding or in the row around it", () => {
  assert.deepEqual(fitting(row.text, row.units, chosen({}, "  MUSTER moths ")), [walls]);
  assert.deepEqual(fitting(row.text, row.units, chosen({}, "walls")), [roofs, walls]);
  assert.deepEqual(fitting(row.text, row.units, chosen({}, "bees moths")), []);
});

test("a term counts the rows that it would leave, whatever else of its facet is chosen", () => {
  const other = { text: "", units: [unit("city:oslo effect:bees")] };
  const counts = counted([row, other], chosen({ effect: ["bees"], city: ["oslo"] }), "city");
  assert.deepEqual([...counts].sort(), [["berlin", 1], ["oslo", 1]]);
  assert.deepEqual([...counted([row, other], chosen({ city: ["oslo"] }), "effect")], [["bees", 1]]);
});

test("a language sorts its own letters, and numbers by their value", () => {
  const sort = (values: string[], language: string, down = false): string[] =>
    ordered(values, (one) => one, down, new Intl.Collator(language, { numeric: true }));
  assert.deepEqual(sort(["Öberg", "Ärlig", "Zorn", "Åberg"], "sv"), ["Zorn", "Åberg", "Ärlig", "Öberg"]);
  assert.deepEqual(sort(["Öberg", "Zorn", "Adam"], "de"), ["Adam", "Öberg", "Zorn"]);
  assert.deepEqual(sort(["p. 10", "p. 9"], "en"), ["p. 9", "p. 10"]);
  const numbers = ordered([10, 9, 2024], (one) => one, true, new Intl.Collator("en"));
  assert.deepEqual(numbers, [2024, 10, 9]);
});

test("what says nothing stands last either way, and what is alike keeps its order", () => {
  const rows = [["a", ""], ["b", "x"], ["c", undefined], ["d", "x"], ["e", "k"]] as const;
  const sort = (down: boolean): string =>
    ordered(rows, ([, by]) => by, down, new Intl.Collator("en")).map(([name]) => name).join("");
  assert.equal(sort(false), "ebdac");
  assert.equal(sort(true), "bdeac");
});
