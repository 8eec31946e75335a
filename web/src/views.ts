// The three views of the graph, as columns and links: an overview, one record, paths between two.

import type { Group as Column } from "./layers.ts";
import { neighbours, paths, wayBetween } from "./network.ts";
import type { Group, Network } from "./network.ts";
import { filled } from "./words.ts";

/** What the page tells the script, beside the links. */
export interface Settings {
  kinds: string[];
  left: string[];
  overview: string[];
  signs: Record<string, string>;
  most: number;
  language: string;
  words: Record<string, string>;
}

/** What is asked for: nothing (an overview), a record, or the paths from one to another. */
export interface Asked {
  at?: number;
  to?: number;
  kinds: ReadonlySet<string>;
}

/** An entry of the list: a heading and the nodes below it. */
export interface Section {
  heading: string;
  members: { node: number; before: string }[];
}

export interface View {
  title: string;
  about: string;
  columns: Column[][];
  links: [number, number][];
  sections: Section[];
  /** How far short columns sink towards the middle of a tall one, in lines of text. */
  drop: number;
}

/** How many paths are told; how many times as many nodes of a kind an overview draws. */
const PATHS = 5;
const OVERVIEW = 3;

/** A word of the page with its blanks filled in. */
export function told(
  settings: Settings,
  word: string,
  values: Record<string, string | number> = {},
): string {
  return filled(settings.words[word] ?? word, values, () => settings.language);
}

/** The view that is asked for. */
export function viewOf(all: Network, asked: Asked, settings: Settings): View {
  if (asked.at === undefined) return overview(all, asked.kinds, settings);
  if (asked.to === undefined) return around(all, asked.at, asked.kinds, settings);
  return between(all, asked.at, asked.to, asked.kinds, settings);
}

function overview(all: Network, kinds: ReadonlySet<string>, settings: Settings): View {
  const shown = settings.kinds.filter((kind) => kinds.has(kind));
  const links = linksAmong(all, new Set(shown));
  const degree = new Map<number, number>();
  for (const end of links.flat()) degree.set(end, (degree.get(end) ?? 0) + 1);
  const columns: Column[][] = [];
  const sections: Section[] = [];
  let bare = 0;
  for (const kind of shown) {
    const own = [...all.nodes.keys()].filter((node) => all.nodes[node]?.kind === kind);
    const linked = shown.length > 1 ? own.filter((node) => degree.has(node)) : own;
    const nodes = kept(linked, degree, settings.most * OVERVIEW);
    const heading = told(settings, `kinds_${kind}`);
    bare += own.length - linked.length;
    columns.push([drawn(all, heading, nodes, linked.length, settings)]);
    sections.push(section(heading, linked));
  }
  const rest = bare > 0 ? ` ${told(settings, "unlinked", { n: bare })}` : "";
  const about = told(settings, "overview_about") + rest;
  return { title: told(settings, "overview"), about, columns, links, sections, drop: 0 };
}

/** The pairs of nodes of different kinds that are linked, each once. */
function linksAmong(all: Network, kinds: ReadonlySet<string>): [number, number][] {
  const kindOf = (node: number): string => all.nodes[node]?.kind ?? "";
  const pairs: [number, number][] = [];
  for (const [one, steps] of all.steps.entries()) {
    if (!kinds.has(kindOf(one))) continue;
    for (const other of new Set(steps.map((step) => step.to))) {
      const isNew = one < other && kindOf(one) !== kindOf(other);
      if (isNew && kinds.has(kindOf(other))) pairs.push([one, other]);
    }
  }
  return pairs;
}

function section(heading: string, nodes: readonly number[]): Section {
  const members = nodes.map((node) => ({ node, before: "" }));
  return { heading: `${heading} (${nodes.length})`, members };
}

/** Of some nodes those with most links, in their old order. */
function kept(nodes: number[], degree: ReadonlyMap<number, number>, most: number): number[] {
  if (nodes.length <= most) return nodes;
  const links = (node: number): number => degree.get(node) ?? 0;
  const order = [...nodes].sort((one, other) => links(other) - links(one));
  const best = new Set(order.slice(0, most));
  return nodes.filter((node) => best.has(node));
}

function drawn(
  all: Network,
  heading: string,
  nodes: readonly number[],
  number: number,
  settings: Settings,
): Column {
  const left = number - nodes.length;
  return {
    heading,
    members: nodes.map((node) => ({ node, label: all.nodes[node]?.label ?? "" })),
    rest: left > 0 ? told(settings, "more", { n: left }) : "",
  };
}

function around(
  all: Network,
  at: number,
  kinds: ReadonlySet<string>,
  settings: Settings,
): View {
  const groups = neighbours(all, at, kinds);
  const heading = (group: Group): string =>
    `${told(settings, group.way)}: ${told(settings, `kinds_${group.kind}`)}`;
  const side = (isLeft: boolean): Column[] =>
    groups.filter((group) => settings.left.includes(group.kind) === isLeft).map((group) => {
      const nodes = group.members.slice(0, settings.most);
      return drawn(all, heading(group), nodes, group.members.length, settings);
    });
  const centre = drawn(all, told(settings, `kind_${all.nodes[at]?.kind}`), [at], 1, settings);
  const near = new Set(groups.flatMap((group) => group.members));
  const name = all.nodes[at]?.label ?? "";
  return {
    title: name,
    about: told(settings, near.size > 0 ? "neighbours" : "no_neighbours", { n: near.size }),
    columns: [side(true), [centre], side(false)].filter((column) => column.length > 0),
    links: [...near].map((other) => [at, other]),
    sections: groups.map((group) => section(heading(group), group.members)),
    drop: 4,
  };
}

function between(
  all: Network,
  from: number,
  to: number,
  kinds: ReadonlySet<string>,
  settings: Settings,
): View {
  const ways = paths(all, from, to, kinds, PATHS);
  const steps = (ways[0]?.length ?? 1) - 1;
  const pairs = ways.flatMap((way) =>
    way.slice(1).map((node, place): [number, number] => [way[place] ?? from, node]));
  const column = (place: number): Column[] => {
    const nodes = [...new Set(ways.map((way) => way[place] ?? to))];
    return [drawn(all, "", nodes, nodes.length, settings)];
  };
  const found = ways.length > 0;
  return {
    title: `${all.nodes[from]?.label} → ${all.nodes[to]?.label}`,
    about: told(settings, found ? "paths" : "no_path", { n: ways.length, steps }),
    columns: found ? Array.from({ length: steps + 1 }, (_, place) => column(place)) : [],
    links: pairs,
    sections: ways.map((way, place) => ({
      heading: told(settings, "path", { n: place + 1 }),
      members: way.map((node, step) => ({
        node,
        before: step > 0 ? told(settings, wayBetween(all, way[step - 1] ?? from, node)) : "",
      })),
    })),
    drop: 4,
  };
}
