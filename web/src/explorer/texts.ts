// What the records say in words, loaded when a cell is first opened.

import type { Text } from "./facts.ts";

interface Finding {
  readonly id: string;
  readonly statement: Text;
}

interface Gap extends Finding {
  readonly closes_with: Text;
  readonly needs: string;
}

interface Claim extends Finding {
  readonly type: string;
  readonly confidence?: { readonly level: string };
}

export interface Texts {
  readonly findings: ReadonlyMap<string, Finding>;
  readonly gaps: ReadonlyMap<string, Gap>;
  readonly claims: ReadonlyMap<string, Claim>;
}

/** A file of the data that lies beside the languages of the site. */
export async function load<Data>(name: string): Promise<{ data: Data; generated_from: string }> {
  const answer = await fetch(new URL(`../../../api/v1/${name}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`${name}.json: ${answer.status}`);
  return (await answer.json()) as { data: Data; generated_from: string };
}

let loaded: Promise<Texts> | undefined;

/** The texts of all findings, gaps and claims, by their ids. */
export function texts(): Promise<Texts> {
  loaded ??= all().catch((error: unknown) => {
    loaded = undefined; // the next cell tries again
    throw error;
  });
  return loaded;
}

async function all(): Promise<Texts> {
  const by = async <One extends Finding>(name: string): Promise<Map<string, One>> => {
    const { data } = await load<One[]>(name);
    return new Map(data.map((one) => [one.id, one]));
  };
  const [findings, gaps, claims] = await Promise.all([
    by<Finding>("findings"),
    by<Gap>("gaps"),
    by<Claim>("claims"),
  ]);
  return { findings, gaps, claims };
}
