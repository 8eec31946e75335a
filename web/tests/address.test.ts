import assert from "node:assert/strict";
import { test } from "node:test";

import { read, written } from "../src/address.ts";

const known = {
  terms: new Map([["country", ["SE", "DK"]], ["sort", ["a"]]]),
  columns: ["_study", "_year", "country"],
  rows: ["muster2015", "beispiel2021"],
};
const full = "?h=kept&_q=tr%C3%A4d+tak&country=SE,DK&sort=a&_sort=-_year&_columns=_year,country"
  + "&_open=all&_chosen=beispiel2021";

test("an address says what is shown, and is the same when written again", () => {
  const shown = read(full, known);
  assert.equal(shown.query, "träd tak");
  assert.deepEqual([...shown.terms], [["country", ["SE", "DK"]], ["sort", ["a"]]]);
  assert.equal(shown.sort, "-_year");
  assert.deepEqual(shown.columns, ["_year", "country"]);
  assert.ok(shown.open);
  assert.deepEqual(shown.chosen, ["beispiel2021"]);
  assert.equal(written(full, known, shown), full);
});

test("what is not known is passed over", () => {
  const shown = read("?country=XX,SE,SE&_sort=-colour&_columns=colour&_chosen=nobody", known);
  assert.deepEqual([...shown.terms], [["country", ["SE"]]]);
  assert.equal(shown.sort, "");
  assert.deepEqual(shown.columns, []);
  assert.deepEqual(shown.chosen, []);
});

test("nothing chosen leaves nothing in the address", () => {
  const shown = { ...read("", known), query: "  " };
  assert.equal(written(full, known, shown), "?h=kept");
  assert.equal(written("", known, shown), "");
});
