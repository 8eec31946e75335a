// A cell that was opened: its studies by direction, its gaps and claims, and how to fill it.

import { made as h } from "../made.ts";
import { distinct, type Cell } from "./cells.ts";
import type { Facts } from "./facts.ts";
import { shownFlags } from "./flags.ts";
import { LENS_SIGNS } from "./table.ts";
import type { Texts } from "./texts.ts";
import type { Seen, View } from "./view.ts";
import type { Words } from "./words.ts";
import { filled } from "../words.ts";

/** What belongs to an open cell; without `texts` its findings, gaps and claims by name only. */
export function opened(
  facts: Facts,
  words: Words,
  view: View,
  seen: Seen,
  texts: Texts | null,
): Node[] {
  const { cell, elsewhere } = seen;
  const names = [words.term(view.across, cell.column), words.term(view.down, cell.row)] as const;
  return [
    head(facts, words, view, seen),
    ...(cell.reason ? [h("p", {}, words.text(cell.reason))] : []),
    ...directions(facts, words, cell, texts),
    ...(elsewhere.length
      ? [
          h(
            "h4",
            {},
            words.t("explore_elsewhere", { n: words.counted("study", elsewhere.length) }),
          ),
          h(
            "ul",
            { class: "kb-list" },
            ...elsewhere.map((one) => h("li", {}, ...study(facts, words, one))),
          ),
        ]
      : []),
    ...gaps(facts, words, cell, view.state.asOf, texts),
    ...claims(facts, words, cell, texts),
    ...fill(words, view, cell, names),
  ];
}

function head(facts: Facts, words: Words, view: View, { cell, compared }: Seen): HTMLElement {
  const { sign, label } = words.page.states[cell.state];
  const flags = shownFlags(facts, cell, view.state.asOf)
    .map((flag) => words.flag(flag))
    .map((flag) => h("span", { class: "kb-flag", title: flag.meaning }, flag.label));
  return h(
    "p",
    { class: "kb-cellhead" },
    h(
      "span",
      { class: `kb-state kb-state--${cell.state}` },
      h("span", { "aria-hidden": "true" }, sign),
      ` ${label}`,
    ),
    compared !== null &&
      h(
        "span",
        {},
        h("span", { "aria-hidden": "true" }, LENS_SIGNS[compared]),
        ` ${words.t(`lens_${compared}`)}`,
      ),
    cell.studies.length > 0 &&
      h(
        "span",
        {},
        `${words.counted("study", cell.studies.length)}, ${words.counted("finding", cell.findings.length)}`,
      ),
    ...flags,
  );
}

function study(facts: Facts, words: Words, at: number): Node[] {
  const { id, cited, title } = facts.table.studies;
  const link = h("a", { href: filled(words.page.study, { id: id[at] ?? "" }) }, cited[at] ?? "");
  return [
    link,
    document.createTextNode(" "),
    h("small", {}, title[words.page.language]?.[at] ?? ""),
  ];
}

/** For each direction the studies that have such a finding here, newest first. */
function directions(facts: Facts, words: Words, cell: Cell, texts: Texts | null): Node[] {
  const { directions: all, findings, studies } = facts.table;
  return all.flatMap((direction, at) => {
    const own = cell.findings.filter((finding) => findings.direction[finding] === at);
    if (!own.length) return [];
    const known = distinct(own, findings.study).sort(
      (one, other) => (studies.year[other] ?? 0) - (studies.year[one] ?? 0),
    );
    const head = h(
      "h4",
      {},
      h(
        "span",
        { class: `kb-dir kb-dir--${direction.stance}` },
        h("span", { "aria-hidden": "true" }, direction.sign),
        ` ${words.text(direction.label)}`,
      ),
      ` ${words.counted("study", known.length)}`,
    );
    const items = known.map((one) =>
      h(
        "li",
        {},
        ...study(facts, words, one),
        h(
          "ul",
          {},
          ...own
            .filter((finding) => findings.study[finding] === one)
            .map((finding) => statement(facts, words, finding, texts)),
        ),
      ),
    );
    return [head, h("ul", { class: "kb-list kb-opened-studies" }, ...items)];
  });
}

function statement(facts: Facts, words: Words, finding: number, texts: Texts | null): HTMLElement {
  const { studies, findings } = facts.table;
  const [owner, name] = [
    studies.id[findings.study[finding] ?? 0] ?? "",
    findings.id[finding] ?? "",
  ];
  const text = words.text(texts?.findings.get(`${owner}#${name}`)?.statement);
  return h(
    "li",
    {},
    h("a", { href: filled(words.page.finding, { study: owner, id: name }) }, text || name),
  );
}

function gaps(
  facts: Facts,
  words: Words,
  cell: Cell,
  asOf: number | null,
  texts: Texts | null,
): Node[] {
  if (!cell.gaps.length) return [];
  const items = cell.gaps.map((at) => {
    const id = facts.table.gaps.id[at] ?? "";
    const known = facts.table.gaps.history[at]?.filter(([, year]) => asOf === null || year <= asOf);
    const status = known?.at(-1)?.[0] ?? "open";
    const told = texts?.gaps.get(id);
    return h(
      "li",
      {},
      h("span", { class: `kb-status kb-status--${status}` }, words.t(`status_${status}`)),
      " ",
      h("a", { href: filled(words.page.gap, { id }) }, words.text(told?.statement) || id),
      told &&
        h(
          "small",
          { class: "kb-closes" },
          `${words.t("closes_with")}: ${words.text(told.closes_with)}`,
        ),
    );
  });
  return [h("h4", {}, words.t("stated_gaps")), h("ul", { class: "kb-list" }, ...items)];
}

function claims(facts: Facts, words: Words, cell: Cell, texts: Texts | null): Node[] {
  if (!cell.claims.length) return [];
  const items = cell.claims.map((at) => {
    const id = facts.table.claims.id[at] ?? "";
    const told = texts?.claims.get(id);
    const level = told?.confidence?.level;
    const note = level
      ? ` ${words.t("confidence")}: ${words.t(`level_${level}`)}`
      : told && words.t(`type_${told.type}`);
    const bars =
      level !== undefined && h("span", { "aria-hidden": "true" }, words.page.bars[level] ?? "");
    return h(
      "li",
      {},
      h("a", { href: filled(words.page.claim, { id }) }, words.text(told?.statement) || id),
      " ",
      note !== undefined && h("span", { class: "kb-confidence" }, bars, note),
    );
  });
  return [h("h4", {}, words.t("claims")), h("ul", { class: "kb-list" }, ...items)];
}

/** What is missing, where to tell of it, and the cell's own page if it has one. */
function fill(
  words: Words,
  view: View,
  cell: Cell,
  [column, row]: readonly [string, string],
): Node[] {
  if (cell.state === "not-applicable") return own(words, view, cell);
  const lacks = ["indirect", "thin", "contested"].includes(cell.state);
  const missing = cell.studies.length
    ? lacks
      ? words.t(`cell_${cell.state}_text`, { direct: words.direct })
      : ""
    : `${words.page.states[cell.state].meaning} ${words.t("cell_missing_text", { row: column, column: row })}`;
  const add = h(
    "a",
    { class: "md-button", href: address(words, view, cell) },
    words.t(missing ? "cell_contribute" : "cell_tell"),
  );
  return [
    h("h4", {}, words.t("explore_fill")),
    h("p", {}, missing, " ", words.t(cell.studies.length ? "cell_more" : "cell_fill")),
    h("p", {}, add),
    ...own(words, view, cell),
  ];
}

function ids(view: View, cell: Cell): readonly [row: string, column: string] {
  return [view.down.terms[cell.row]?.id ?? "", view.across.terms[cell.column]?.id ?? ""];
}

/** The form for a study, its tags filled in if it takes any. */
function address(words: Words, view: View, cell: Cell): string {
  const { add, tagged } = words.page;
  const [row, column] = ids(view, cell);
  const tags = `${view.across.id}=${column} ${view.down.id}=${row}`;
  return tagged ? `${add}&tags=${encodeURIComponent(tags)}` : add;
}

function own(words: Words, view: View, cell: Cell): Node[] {
  const [row, column] = ids(view, cell);
  const { row: fixed, cells } = words.page;
  const [facet, here, there] =
    view.across.id === fixed ? [view.down.id, column, row] : [view.across.id, row, column];
  const page = [view.down.id, view.across.id].includes(fixed) ? cells[facet] : undefined;
  if (!page) return [];
  return [
    h(
      "p",
      {},
      h("a", { href: filled(page, { row: here, column: there }) }, words.t("explore_page")),
    ),
  ];
}
