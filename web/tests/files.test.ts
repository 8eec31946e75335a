import assert from "node:assert/strict";
import { test } from "node:test";

import { cited, csv } from "../src/files.ts";

test("CSV quotes what has to be quoted, and holds no formula", () => {
  const rows = [["id", "text"], ["a", 'said "no", twice'], ["b", "=1+1"], ["n", -1], ["c", "−1 å"], ["d", "x\ny"]];
  assert.equal(
    csv(rows),
    '\uFEFFid,text\r\na,"said ""no"", twice"\r\nb,\'=1+1\r\nn,-1\r\nc,−1 å\r\nd,"x\ny"\r\n',
  );
});

test("what else a spreadsheet takes for a formula", () => {
  const rows = [["＝1+1"], ["a;=1"], ["a\n@b"], ["-1.5"], ["-a"], ["a-b"]];
  assert.equal(csv(rows), "\uFEFF'＝1+1\r\na;'=1\r\n\"a\n'@b\"\r\n-1.5\r\n'-a\r\na-b\r\n");
});

test("each reference stands once, as it stands in the file of all", () => {
  const bib = "@book{a,\n  title = {An @ in it},\n}\n\n@misc{c-2,\n  title = {C},\n}\n";
  assert.equal(
    cited(bib, ["c-2", "a", "c-2", "gone"], "bib"),
    "@misc{c-2,\n  title = {C},\n}\n\n@book{a,\n  title = {An @ in it},\n}\n",
  );
  const ris = ["a", "b", "c"].map((key) => `TY  - BOOK\r\nID  - ${key}\r\nER  - \r\n`).join("\r\n");
  assert.equal(cited(ris, ["b"], "ris"), "TY  - BOOK\r\nID  - b\r\nER  -\r\n");
  assert.equal(cited(ris, ["c", "a"], "ris").match(/^TY/gmu)?.length, 2);
});
