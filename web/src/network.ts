// What belongs with what: neighbours of a record, and the shortest paths between two.

/** A record, an author or a term; `id` is `kind:name`, `address` is relative to the language. */
export interface Node {
  id: string;
  kind: string;
  label: string;
  note: string;
  address: string;
}

/** A step to a neighbour; `way` names the relation, with `_back` when it is gone from its end. */
export interface Step {
  to: number;
  way: string;
}

/** All nodes in the order in which they are shown, and the steps from each. */
export interface Network {
  nodes: readonly Node[];
  steps: readonly (readonly Step[])[];
  places: ReadonlyMap<string, number>;
}

/** What the site has at `graph/links.json`. */
export interface Links {
  relations: string[];
  nodes: [kind: string, name: string, label: string, note: string, address: string][];
  links: [source: number, relation: number, target: number][];
}

/** The neighbours of one kind that one relation leads to. */
export interface Group {
  way: string;
  kind: string;
  members: number[];
}

/** The network of some links. */
export function network(data: Links): Network {
  const nodes = data.nodes.map(([kind, name, label, note, address]) => ({
    id: `${kind}:${name}`, kind, label, note, address,
  }));
  const steps: Step[][] = nodes.map(() => []);
  for (const [source, relation, target] of data.links) {
    const way = data.relations[relation] ?? "";
    steps[source]?.push({ to: target, way });
    steps[target]?.push({ to: source, way: `${way}_back` });
  }
  return { nodes, steps, places: new Map(nodes.map((node, place) => [node.id, place])) };
}

/** The neighbours of a node, of some kinds, by relation and kind; the closest relation first. */
export function neighbours(all: Network, at: number, kinds: ReadonlySet<string>): Group[] {
  const groups = new Map<string, Group>();
  for (const { to, way } of all.steps[at] ?? []) {
    const kind = all.nodes[to]?.kind ?? "";
    if (!kinds.has(kind)) continue;
    const group = groups.get(`${way} ${kind}`) ?? { way, kind, members: [] };
    group.members.push(to);
    groups.set(`${way} ${kind}`, group);
  }
  for (const group of groups.values()) group.members.sort((one, other) => one - other);
  return [...groups.values()];
}

/**
 * The shortest paths between two nodes, at most so many, each from its start to its end.
 *
 * In between lead only nodes of some kinds. Of paths of one length those come first whose nodes
 * have few neighbours: that two studies share a rare term says more than that they share a country.
 */
export function paths(
  all: Network,
  from: number,
  to: number,
  kinds: ReadonlySet<string>,
  most: number,
): number[][] {
  if (from === to) return [];
  let front = new Map([[from, [{ nodes: [from], weight: 0 }]]]);
  const seen = new Set([from]);
  while (front.size > 0) {
    const next = new Map<number, { nodes: number[]; weight: number }[]>();
    for (const [node, ways] of front) {
      for (const other of new Set((all.steps[node] ?? []).map((step) => step.to))) {
        const passes = other === to || kinds.has(all.nodes[other]?.kind ?? "");
        if (seen.has(other) || !passes) continue;
        const weight = all.steps[other]?.length ?? 0;
        const longer = ways.map((way) => ({
          nodes: [...way.nodes, other], weight: way.weight + weight,
        }));
        const known = next.get(other);
        if (known) known.push(...longer);
        else next.set(other, longer);
      }
    }
    for (const [node, ways] of next) {
      seen.add(node);
      ways.sort((one, other) => one.weight - other.weight || compare(one.nodes, other.nodes));
      ways.splice(most);
    }
    const arrived = next.get(to);
    if (arrived) return arrived.map((way) => way.nodes);
    front = next;
  }
  return [];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const place = one.findIndex((node, step) => node !== other[step]);
  return place < 0 ? 0 : (one[place] ?? 0) - (other[place] ?? 0);
}

/** The relation from one node to a neighbour of it, the closest if there are several. */
export function wayBetween(all: Network, from: number, to: number): string {
  return all.steps[from]?.find((step) => step.to === to)?.way ?? "";
}

/** The nodes whose label, note or name holds all of some words, at most so many. */
export function found(all: Network, words: string, most: number): number[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const hits: number[] = [];
  for (const [place, node] of all.nodes.entries()) {
    const text = `${node.label} ${node.note} ${node.id}`.toLocaleLowerCase();
    if (wanted.length > 0 && wanted.every((word) => text.includes(word))) hits.push(place);
    if (hits.length === most) break;
  }
  return hits;
}
