import assert from "node:assert/strict";
import { test } from "node:test";

import { cited, csv } from "../src/files.ts";

test("CSV quotes what has to be quoted, and holds no formula", () => {
  const rows = [["id", "text"], ["a", 'said "no", twice'], ["b", "=1+1"], ["c", "−1 å"], ["d", "x\ny"]];
  assert.equal(
    csv(rows),
    '\uFEFFid,text\r\na,"said ""no"", twice"\r\nb,\'=1+1\r\nc,−1 å\r\nd,"x\ny"\r\n',
  );
});

test("each reference stands once, and one that cannot be written is left out", () => {
  const all = { a: { bibtex: "@a\n", ris: "A\r\n" }, b: { ris: "B\r\n" }, c: { bibtex: "@c\n", ris: "C\r\n" } };
  assert.equal(cited(all, ["c", "a", "c", "b", "gone"], "bib"), "@c\n\n@a\n");
  assert.equal(cited(all, ["c", "a", "b"], "ris"), "C\r\n\r\nA\r\n\r\nB\r\n");
});
