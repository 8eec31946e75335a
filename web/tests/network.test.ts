import assert from "node:assert/strict";
import { test } from "node:test";

import { found, neighbours, network, paths, wayBetween } from "../src/network.ts";
import type { Links } from "../src/network.ts";

// a and b share a rare term and a common one; c has the common one; d stands alone.
const data: Links = {
  relations: ["rests-on", "tagged"],
  nodes: [
    ["claim", "k", "A claim", "Synthesis", "claims/k/"],
    ["study", "a", "Ask (2019)", "Of roofs", "studies/a/"],
    ["study", "b", "Bo (2020)", "Of walls", "studies/b/"],
    ["study", "c", "Cy (2021)", "Of roofs", "studies/c/"],
    ["study", "d", "Dee (2022)", "", "studies/d/"],
    ["term", "x/common", "Common", "X", "x/common/"],
    ["term", "x/rare", "Rare", "X", "x/rare/"],
  ],
  links: [[0, 0, 1], [1, 1, 5], [2, 1, 5], [3, 1, 5], [1, 1, 6], [2, 1, 6]],
};
const all = network(data);
const every = new Set(["claim", "study", "term"]);
const place = (id: string): number => all.places.get(id) ?? -1;
const names = (nodes: readonly number[]): string[] => nodes.map((one) => all.nodes[one]?.id ?? "");

test("neighbours come by relation and kind, from either end of a link", () => {
  const groups = neighbours(all, place("study:a"), every);
  assert.deepEqual(
    groups.map((group) => [group.way, group.kind, names(group.members)]),
    [
      ["rests-on_back", "claim", ["claim:k"]],
      ["tagged", "term", ["term:x/common", "term:x/rare"]],
    ],
  );
  assert.deepEqual(neighbours(all, place("study:d"), every), []);
});

test("neighbours are only of the kinds that are shown", () => {
  const groups = neighbours(all, place("study:a"), new Set(["term"]));
  assert.deepEqual(groups.map((group) => group.kind), ["term"]);
});

test("of paths of one length the one with the rarest links comes first", () => {
  const ways = paths(all, place("study:a"), place("study:b"), every, 5);
  assert.deepEqual(ways.map(names), [
    ["study:a", "term:x/rare", "study:b"],
    ["study:a", "term:x/common", "study:b"],
  ]);
  assert.equal(paths(all, place("study:a"), place("study:b"), every, 1).length, 1);
});

test("a path leads on through several records", () => {
  const ways = paths(all, place("claim:k"), place("study:c"), every, 5);
  assert.deepEqual(ways.map(names), [["claim:k", "study:a", "term:x/common", "study:c"]]);
});

test("a path passes only through the kinds that are shown, whatever its ends are", () => {
  const through = (...kinds: string[]): number =>
    paths(all, place("study:a"), place("study:b"), new Set(kinds), 5).length;
  assert.equal(through("term"), 2);
  assert.equal(through("claim", "study"), 0);
});

test("there is no path to what stands alone, nor to itself", () => {
  assert.deepEqual(paths(all, place("study:a"), place("study:d"), every, 5), []);
  assert.deepEqual(paths(all, place("study:a"), place("study:a"), every, 5), []);
});

test("many ways of one length stay few", () => {
  const width = 60;
  const middle = (step: number): [string, string, string, string, string][] =>
    Array.from({ length: width }, (_, one) => ["term", `${step}-${one}`, "", "", ""]);
  const nodes: Links["nodes"] = [
    ["study", "from", "", "", ""], ...middle(1), ...middle(2), ["study", "to", "", "", ""],
  ];
  const links: Links["links"] = [];
  for (let one = 1; one <= width; one += 1) {
    links.push([0, 0, one], [width + one, 0, 2 * width + 1]);
    for (let other = 1; other <= width; other += 1) links.push([one, 0, width + other]);
  }
  const big = network({ relations: ["tagged"], nodes, links });
  const ways = paths(big, 0, 2 * width + 1, every, 3);
  assert.deepEqual(ways.map((way) => way.length), [4, 4, 4]);
});

test("the way between two neighbours is the closest relation", () => {
  assert.equal(wayBetween(all, place("claim:k"), place("study:a")), "rests-on");
  assert.equal(wayBetween(all, place("study:a"), place("claim:k")), "rests-on_back");
  assert.equal(wayBetween(all, place("study:a"), place("study:b")), "");
});

test("records are found by all words of label, note or id, in any case", () => {
  assert.deepEqual(names(found(all, "of ROOFS", 9)), ["study:a", "study:c"]);
  assert.deepEqual(names(found(all, "roofs cy", 9)), ["study:c"]);
  assert.deepEqual(names(found(all, "of", 2)), ["study:a", "study:b"]);
  assert.deepEqual(found(all, "  ", 9), []);
});
