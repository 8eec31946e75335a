import assert from "node:assert/strict";
import { test } from "node:test";

import { moved } from "../src/grid.ts";

const size = { rows: 3, columns: 4 };

test("arrow keys lead to the next cell, and no further than the edge", () => {
  assert.deepEqual(moved({ row: 1, column: 1 }, "ArrowDown", size), { row: 2, column: 1 });
  assert.deepEqual(moved({ row: 2, column: 1 }, "ArrowDown", size), { row: 2, column: 1 });
  assert.deepEqual(moved({ row: 0, column: 3 }, "ArrowUp", size), { row: 0, column: 3 });
  assert.deepEqual(moved({ row: 0, column: 3 }, "ArrowLeft", size), { row: 0, column: 2 });
  assert.deepEqual(moved({ row: 0, column: 3 }, "ArrowRight", size), { row: 0, column: 3 });
});

test("Home and End lead to the ends of the row", () => {
  assert.deepEqual(moved({ row: 1, column: 2 }, "Home", size), { row: 1, column: 0 });
  assert.deepEqual(moved({ row: 1, column: 2 }, "End", size), { row: 1, column: 3 });
});

test("no other key leads anywhere", () => {
  assert.equal(moved({ row: 1, column: 2 }, "Enter", size), undefined);
});
