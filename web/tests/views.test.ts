import assert from "node:assert/strict";
import { test } from "node:test";

import { network } from "../src/network.ts";
import type { Links } from "../src/network.ts";
import { told, viewOf } from "../src/views.ts";
import type { Settings, View } from "../src/views.ts";

const settings: Settings = {
  kinds: ["claim", "study", "gap", "term"],
  left: ["term"],
  overview: ["claim", "study", "gap"],
  signs: {},
  most: 2,
  language: "sv",
  words: {
    kinds_claim: "Claims", kinds_study: "Studies", kinds_gap: "Gaps", kinds_term: "Terms",
    kind_study: "Study", "rests-on": "Rests on", "rests-on_back": "Carries", tagged: "Coded as",
    "tagged_back": "Coded so", overview: "Overview", overview_about: "About", unlinked: "Bare: {n}.",
    neighbours: "Near: {n}", no_neighbours: "None", more: "and {n} more", path: "Path {n}",
    paths: "{n} of {steps}", no_path: "No path",
  },
};
const data: Links = {
  relations: ["rests-on", "tagged"],
  nodes: [
    ["claim", "k", "Claim", "", ""], ["study", "a", "A", "", ""], ["study", "b", "B", "", ""],
    ["gap", "g", "Gap", "", ""], ["term", "x/1", "One", "", ""], ["term", "x/2", "Two", "", ""],
    ["term", "x/3", "Three", "", ""],
  ],
  links: [[0, 0, 1], [1, 1, 4], [1, 1, 5], [1, 1, 6], [2, 1, 4]],
};
const all = network(data);
const every = new Set(settings.kinds);

/** Of each column the headings, the nodes and what is left out. */
function shape(view: View): [string, number[], string][][] {
  return view.columns.map((column) =>
    column.map((group) => [group.heading, group.members.map((one) => one.node), group.rest]));
}

test("the overview has a column for each kind that is shown, and leaves out what stands alone", () => {
  const view = viewOf(all, { kinds: new Set(settings.overview) }, settings);
  assert.deepEqual(shape(view), [[["Claims", [0], ""]], [["Studies", [1], ""]], [["Gaps", [], ""]]]);
  assert.deepEqual(view.links, [[0, 1]]);
  assert.equal(view.about, "About Bare: 2.");
});

test("of many nodes an overview draws those with most links, and lists all", () => {
  const many = network({
    relations: ["tagged"],
    nodes: [
      ...Array.from({ length: 7 }, (_, one): Links["nodes"][0] => ["study", `${one}`, "", "", ""]),
      ["term", "x", "", "", ""], ["term", "y", "", "", ""],
    ],
    links: [0, 1, 2, 3, 4, 5, 6].flatMap((one): Links["links"] =>
      one === 3 ? [[one, 0, 7]] : [[one, 0, 7], [one, 0, 8]]),
  });
  const view = viewOf(many, { kinds: new Set(["study", "term"]) }, settings);
  assert.deepEqual(shape(view)[0], [["Studies", [0, 1, 2, 4, 5, 6], "and 1 more"]]);
  assert.equal(view.sections[0]?.members.length, 7);
});

test("a record stands between what it comes from and what comes of it", () => {
  const view = viewOf(all, { at: 1, kinds: every }, settings);
  assert.deepEqual(shape(view), [
    [["Coded as: Terms", [4, 5], "and 1 more"]],
    [["Study", [1], ""]],
    [["Carries: Claims", [0], ""]],
  ]);
  assert.deepEqual(
    view.sections.map((one) => [one.heading, one.members.map((member) => member.node)]),
    [["Carries: Claims (1)", [0]], ["Coded as: Terms (3)", [4, 5, 6]]],
  );
  assert.deepEqual([view.title, view.about], ["A", "Near: 4"]);
});

test("what has no neighbours stands alone", () => {
  const view = viewOf(all, { at: 3, kinds: every }, settings);
  assert.deepEqual([view.columns.length, view.about], [1, "None"]);
});

test("paths are told step by step, in the picture and in the list", () => {
  const view = viewOf(all, { at: 0, to: 2, kinds: every }, settings);
  assert.deepEqual(shape(view).map((column) => column[0]?.[1]), [[0], [1], [4], [2]]);
  assert.deepEqual(view.links, [[0, 1], [1, 4], [4, 2]]);
  assert.deepEqual(
    view.sections.map((one) => [one.heading, one.members.map((member) => member.before)]),
    [["Path 1", ["", "Rests on", "Coded as", "Coded so"]]],
  );
  assert.equal(view.about, "1 of 3");
});

test("where no path leads nothing is drawn, and the page says so", () => {
  const view = viewOf(all, { at: 0, to: 3, kinds: every }, settings);
  assert.deepEqual([view.columns, view.sections, view.about], [[], [], "No path"]);
});

test("numbers are written as the page's language does", () => {
  const words = { ...settings, words: { many: "{n} och {other}" } };
  assert.equal(told(words, "many", { n: 12345.5 }), "12\u00a0345,5 och {other}");
});
