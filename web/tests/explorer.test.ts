import assert from "node:assert/strict";
import { test } from "node:test";

import { shown } from "../src/explorer/axis.ts";
import { rows } from "../src/explorer/rows.ts";
import { citation, details, lens as described } from "../src/explorer/describe.ts";
import { draw, svg, wrapped } from "../src/explorer/drawing.ts";
import {
  position,
  prepare,
  type Dimension,
  type Facts,
  type Table,
} from "../src/explorer/facts.ts";
import { oneTeam } from "../src/explorer/flags.ts";
import { EVERYTHING, fitting, relevant, searched } from "../src/explorer/selection.ts";
import { asking, initial, read, turned, write, type ViewState } from "../src/explorer/state.ts";
import { left, view } from "../src/explorer/view.ts";
import { Words, type PageData } from "../src/explorer/words.ts";
import { filled } from "../src/words.ts";

const text = (id: string): Record<string, string> => ({ en: `<${id}>` });
const terms = (...ids: string[]): Table["facets"][number]["terms"] =>
  ids.map((id) => ({ id, label: text(id) }));

/** Three studies: two in the north, one in the south, on green and blue, of which sea is a part. */
const table: Table = {
  title: { en: "All of it" },
  direct: [],
  row: "colour",
  column: "place",
  thin_below: 2,
  dated_after: 5,
  narrow: ["place"],
  newest: 2020,
  bases: ["full-text", "review"],
  directions: [
    { id: "for", label: text("for"), sign: "+", stance: "supports" },
    { id: "against", label: text("against"), sign: "-", stance: "challenges" },
  ],
  facets: [
    {
      id: "colour",
      label: text("colour"),
      plural: text("colours"),
      role: "tag",
      terms: [...terms("blue"), { id: "sea", label: text("sea"), broader: 0 }, ...terms("green")],
    },
    {
      id: "place",
      label: text("place"),
      plural: text("places"),
      role: "tag",
      terms: [...terms("north", "south"), { id: "far", label: text("far"), searched: false }],
    },
    {
      id: "size",
      label: text("size"),
      plural: text("sizes"),
      role: "tag",
      terms: terms("small", "large"),
    },
  ],
  exclusions: [],
  studies: {
    id: ["a", "b", "c"],
    title: { en: ["A", "B", "C"] },
    cited: ["Aa (2010)", "Bb (2015)", "=Cc"],
    year: [2010, 2015, 0],
    basis: [0, 1, 0],
    direct: [1, 1, 0],
    authors: [[0], [1], [1]],
  },
  findings: {
    id: ["f", "g", "f", "f"],
    study: [0, 0, 1, 2],
    direction: [0, 1, 1, 0],
    tags: {
      colour: [[1], [2], [1], [2, 0]],
      place: [[0], [0], [0], [1]],
      size: [[0], [1], [0, 1], []],
    },
  },
  gaps: {
    id: ["gap", "other"],
    year: [2012, 0],
    history: [[["open", 2012]], []],
    tags: { colour: [[1], [2]], place: [[0], []], size: [[], []] },
  },
  claims: { id: [], year: [], tags: { colour: [], place: [], size: [] } },
};
const facts: Facts = prepare(table);
const start = initial(facts);
const state = (more: Partial<ViewState>): ViewState => ({ ...start, ...more });
const any = (dimension: string, ...of: string[]) => ({ dimension, terms: of, all: false });
const dimension = (id: string): Dimension => facts.dimensions.get(id) as Dimension;
const ids = (mask: Uint8Array): number[] => [...mask.keys()].filter((at) => mask[at]);

const told = { label: "x", sign: "o", meaning: "m" };
const page = {
  language: "en",
  words: {
    matrix_of: "{row} by {column}",
    count_study: "{n} study",
    count_studies: "{n} studies",
    explore_cited: "{title}|{view}|{version}|{address}|{date}",
    explore_year: "Year",
    as_of: "As of",
    explore_here: "Here",
    explore_there: "There",
    explore_everything: "all",
    explore_full: "{studies}",
    explore_segments: "In parts",
    lens_short_elsewhere: "elsewhere",
    basis: "Basis",
    basis_review: "A review",
  },
  states: {
    "not-applicable": told,
    "not-searched": told,
    empty: told,
    indirect: told,
    contested: told,
    thin: told,
    covered: told,
  },
  terms: {},
  cells: {},
  bars: {},
  row: "colour",
  study: "",
  finding: "",
  gap: "",
  claim: "",
  add: "",
  tagged: false,
} satisfies PageData;
const words = new Words(page, facts);

test("an address leads to the view that it was made of, and the initial one needs none", () => {
  assert.equal(write(facts, start), "");
  const chosen = state({
    down: "size",
    across: "place",
    segments: "basis",
    order: "count",
    asOf: 2012,
    selection: {
      conditions: [any("colour", "blue", "green"), { ...any("size", "small"), all: true }],
      from: 2000,
      to: null,
      any: true,
    },
    shut: ["colour.blue"],
    here: [{ dimension: "place", terms: ["north"], all: false }],
    there: [{ dimension: "basis", terms: ["review"], all: false }],
    cell: { row: "small", column: "north" },
  });
  const address = write(facts, chosen);
  assert.equal(
    address,
    "down=size&across=place&segments=basis&order=count&as-of=2012&any.colour=blue,green&all.size=small" +
      "&from=2000&match=any&here=place.north&there=basis.review&shut=colour.blue&cell=small,north",
  );
  assert.deepEqual(read(facts, new URLSearchParams(address)), { state: chosen, unknown: [] });
});

test("the order in which things were chosen makes no other address", () => {
  const one = asking(facts, asking(facts, start, any("size", "small")), any("colour", "blue"));
  const other = asking(facts, asking(facts, start, any("colour", "blue")), any("size", "small"));
  assert.equal(write(facts, one), write(facts, other));
  assert.equal(write(facts, asking(facts, asking(facts, one, any("size")), any("colour"))), "");
  const turnedAround = read(facts, new URLSearchParams("any.colour=green,blue")).state;
  assert.deepEqual(turnedAround.selection.conditions, [any("colour", "blue", "green")]);
});

test("what an address names and is not there is left out, and told", () => {
  const asked =
    "down=nothing&segments=no&as-of=x&any.colour=red,blue&all.no=blue&here=place.no&cell=a,b&utm=1";
  const found = read(facts, new URLSearchParams(asked));
  assert.deepEqual(found.unknown, [
    "down=nothing",
    "any.colour=red",
    "all.no=blue",
    "segments=no",
    "as-of=x",
    "here=no",
    "cell=a,b",
  ]);
  assert.deepEqual(found.state.selection.conditions, [any("colour", "blue")]);
  assert.deepEqual({ ...found.state, selection: EVERYTHING }, start);
});

test("two axes are never the same facet", () => {
  const { state: found } = read(facts, new URLSearchParams("down=colour"));
  assert.deepEqual([found.down, found.across], ["colour", "place"]);
  const swapped = turned(
    state({ segments: "size", cell: { row: "north", column: "blue" } }),
    "down",
    "colour",
  );
  assert.deepEqual(
    [swapped.down, swapped.across, swapped.segments, swapped.cell],
    ["colour", "place", "size", null],
  );
  assert.equal(turned(state({ segments: "size" }), "across", "size").segments, "");
});

test("filters take any or all of their terms, and every filter or any one", () => {
  const fit = (...conditions: ReturnType<typeof any>[]) =>
    ids(fitting(facts, { ...EVERYTHING, conditions }, []));
  assert.deepEqual(fit(any("colour", "blue")), [0, 2, 3]); // sea is blue
  assert.deepEqual(fit({ ...any("size", "small", "large"), all: true }), [2]);
  assert.deepEqual(fit(any("colour", "sea"), any("direction", "for")), [0]);
  const either = {
    ...EVERYTHING,
    conditions: [any("basis", "review"), any("place", "south")],
    any: true,
  };
  assert.deepEqual(ids(fitting(facts, either, [])), [2, 3]);
  assert.deepEqual(ids(fitting(facts, either, [any("place", "south")])), [3]);
  assert.deepEqual(ids(fitting(facts, { ...EVERYTHING, to: 2012 }, [])), [0, 1]); // without a year: out
  assert.deepEqual(ids(fitting(facts, { ...either, from: 2012 }, [])), [2, 3]);
});

test("a gap stays unless it is about something else", () => {
  const stays = (one: ReturnType<typeof any>) =>
    ids(relevant(facts, facts.gaps, { ...EVERYTHING, conditions: [one] }, []));
  assert.deepEqual(stays(any("colour", "blue")), [0]);
  assert.deepEqual(stays(any("place", "south")), [1]);
  assert.deepEqual(stays(any("basis", "review")), [0, 1]);
});

test("nothing is empty where no one has searched", () => {
  const far = any("place", "far");
  assert.equal(searched(facts, { ...EVERYTHING, conditions: [far] }, []), false);
  assert.equal(
    searched(facts, { ...EVERYTHING, conditions: [any("place", "far", "north")] }, []),
    true,
  );
  assert.equal(
    searched(
      facts,
      { ...EVERYTHING, conditions: [{ ...any("place", "far", "north"), all: true }] },
      [],
    ),
    false,
  );
  assert.equal(
    searched(facts, { ...EVERYTHING, conditions: [far, any("colour", "sea")], any: true }, []),
    true,
  );
  assert.equal(searched(facts, EVERYTHING, [far]), false);
  const found = view(facts, state({ down: "size", here: [{ dimension: "place", terms: ["far"], all: false }] }));
  assert.equal(found.at(0, 0).cell.state, "not-searched");
});

test("narrower terms are put away, and stay below their broader one when sorted by count", () => {
  const colour = dimension("colour");
  const names = (order: "codebook" | "count", ...shut: string[]): string[] =>
    shown(colour, order, new Set(shut), (term) => [1, 1, 2][term] ?? 0).map(
      (one) => colour.terms[one.term]?.id ?? "",
    );
  assert.deepEqual(names("codebook"), ["blue", "sea", "green"]);
  assert.deepEqual(names("count"), ["green", "blue", "sea"]);
  assert.deepEqual(names("count", "blue"), ["green", "blue"]);
  const [blue] = shown(colour, "codebook", new Set(["blue"]), () => 0);
  assert.deepEqual(blue, { term: 0, depth: 0, parent: true, open: false, studies: 0 });
});

test("two lenses tell what is known elsewhere, not here", () => {
  const found = view(facts, state({ down: "size", here: [{ dimension: "place", terms: ["south"], all: false }] }));
  const sea = position(found.across, "sea");
  assert.equal(found.at(0, sea).compared, "elsewhere");
  assert.deepEqual(found.at(0, sea).elsewhere, [0, 1]);
  const north = view(facts, state({ down: "size", here: [{ dimension: "place", terms: ["north"], all: false }] }));
  assert.equal(north.at(0, sea).compared, "here");
  const study = view(facts, state({ down: "size", here: [{ dimension: "basis", terms: ["review"], all: false }] }));
  assert.equal(study.at(0, sea).compared, "both");
  assert.equal(study.at(1, position(found.across, "green")).compared, "elsewhere");
  assert.deepEqual(
    [...study.shares.values()].reduce((sum, one) => sum + one),
    study.rows.length * study.columns.length,
  );
});

test("a lens takes any of several terms of a facet, and several facets at once", () => {
  const lens = (address: string): ReturnType<typeof read> =>
    read(facts, new URLSearchParams(`here=${address}`));
  const wide = lens("place.south,north");
  assert.deepEqual(wide.unknown, []);
  assert.deepEqual(wide.state.here, [
    { dimension: "place", terms: ["north", "south"], all: false },
  ]);
  assert.equal(write(facts, wide.state), "here=place.north,south");
  const both = lens("basis.review;place.north").state;
  assert.equal(read(facts, new URLSearchParams(write(facts, both))).state.here?.length, 2);
  const studies = (one: typeof both): number => left(facts, one).studies;
  assert.ok(studies(wide.state) >= studies(lens("place.north").state));
  assert.ok(studies(both) <= studies(lens("place.north").state));
  assert.match(described(facts, words, wide.state.here), / or /);
  assert.deepEqual(lens("place.nowhere,north").unknown, ["here=nowhere"]);
  assert.equal(lens("place.nowhere").state.here, null);
});

test("segments have a scale that filters do not change", () => {
  const all = view(facts, state({ segments: "size" }));
  const sea = all.at(position(all.down, "north"), position(all.across, "sea"));
  assert.deepEqual(
    sea.segments.map((one) => [one.term, one.studies]),
    [
      [0, 2],
      [1, 1],
    ],
  );
  const some = view(facts, asking(facts, state({ segments: "size" }), any("basis", "review")));
  assert.equal(all.full, 3);
  assert.equal(some.full, 3);
  assert.deepEqual(
    some.at(0, 1).segments.map((one) => one.studies),
    [1, 1],
  );
});

test("what is left by filters and a year", () => {
  assert.deepEqual(left(facts, start), { findings: 4, studies: 3 });
  assert.deepEqual(left(facts, state({ asOf: 2014 })), { findings: 2, studies: 1 });
  assert.deepEqual(left(facts, state({ here: [{ dimension: "place", terms: ["north"], all: false }] })), {
    findings: 3,
    studies: 2,
  });
});

test("a team is one when authors link all its studies, also through others", () => {
  assert.equal(
    oneTeam([
      [0, 1],
      [2, 3],
      [1, 2],
    ]),
    true,
  );
  assert.equal(
    oneTeam([
      [0, 1],
      [2, 3],
    ]),
    false,
  );
  assert.equal(oneTeam([[0], []]), false);
  assert.equal(oneTeam([]), false);
});

test("every cell that is shown has its row", () => {
  const made = rows(
    facts,
    words,
    view(facts, state({ shut: ["colour.blue"], segments: "size" })),
  );
  assert.equal(made.length, 1 + 2 * 3);
  assert.equal(
    made[0]?.join(),
    "place,<place>,colour,<colour>,state,state,studies,findings,gaps,flags,ids,size=small,size=large",
  );
  assert.equal(made[1]?.join(), "north,<north>,blue,<blue>,contested,x,2,2,1,one-place,a;b,2,1");
});

test("a view is described and cited with all that was chosen", () => {
  const chosen = state({
    asOf: 2015,
    here: [{ dimension: "place", terms: ["north"], all: false }],
    segments: "basis",
    selection: { conditions: [any("colour", "blue", "green")], from: 2000, to: null, any: false },
  });
  assert.deepEqual(details(facts, words, chosen), [
    "<colour>: <blue> or <green>",
    "Year: 2000–",
    "As of 2015",
    "Here: <place>: <north>",
    "There: all",
    "In parts: Basis",
  ]);
  const given = {
    address: "https://example.org/?a",
    version: "sha256:0",
    day: new Date(2026, 0, 2),
  };
  assert.equal(
    citation(facts, words, start, given),
    "All of it|<colours> by <places>|sha256:0|https://example.org/?a|January 2, 2026",
  );
});

test("a picture has every cell and term, and nothing in it is markup", () => {
  const shownAs = view(
    facts,
    state({ here: [{ dimension: "place", terms: ["south"], all: false }], segments: "size" }),
  );
  const made = draw(
    facts,
    words,
    shownAs,
    "source & more",
    (name) => `#${name}`,
    (one, size) => one.length * size * 0.5,
  );
  const picture = svg(made);
  assert.ok(picture.startsWith("<svg xmlns="));
  assert.equal(picture.match(/<title>/g)?.length, 1);
  assert.ok(picture.includes("&lt;colours&gt; by &lt;places&gt;"));
  for (const term of ["north", "south", "far", "blue", "sea", "green"])
    assert.ok(picture.includes(`&lt;${term}&gt;`), term);
  assert.ok(picture.includes("source &amp; more"));
  assert.ok(!/<(?!\/?(svg|title|rect|text)\b)/.test(picture));
  for (const one of made.shapes) {
    assert.ok(one.x >= 0 && one.x <= made.width && one.y >= 0 && one.y <= made.height);
  }
});

test("texts are broken between words only", () => {
  assert.deepEqual(
    wrapped("one two three", 7, 1, (one) => one.length),
    ["one two", "three"],
  );
  assert.deepEqual(
    wrapped("unbreakable x", 3, 1, (one) => one.length),
    ["unbreakable", "x"],
  );
  assert.equal(filled("{a} {b}", { a: "1" }), "1 {b}");
});
