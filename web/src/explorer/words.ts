// What the page gives the explorer: its words, its language, and where things lie.

import type { State } from "./cells.ts";
import type { Dimension, Facts, Text } from "./facts.ts";
import { filled } from "../words.ts";

interface Told {
  readonly label: string;
  readonly meaning: string;
}

/** The JSON in the page (see `kb/site/explorer.py`). Addresses have blanks in curly brackets. */
export interface PageData {
  readonly language: string;
  readonly words: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<State, Told & { readonly sign: string }>>;
  readonly terms: Readonly<Record<string, string>>;
  readonly cells: Readonly<Record<string, string>>;
  readonly bars: Readonly<Record<string, string>>;
  readonly row: string;
  readonly study: string;
  readonly finding: string;
  readonly gap: string;
  readonly claim: string;
  readonly add: string;
  readonly tagged: boolean;
}

type Values = Readonly<Record<string, string>>;

/** Says things in the language of the page. */
export class Words {
  readonly page: PageData;
  private readonly facts: Facts;
  private readonly numbers: Intl.NumberFormat;

  constructor(page: PageData, facts: Facts) {
    [this.page, this.facts] = [page, facts];
    this.numbers = new Intl.NumberFormat(page.language);
  }

  /** A word or sentence of the interface. */
  t(key: string, values: Values = {}): string {
    return filled(this.page.words[key] ?? key, values);
  }

  /** A record's text. */
  text(text: Text | undefined): string {
    return text?.[this.page.language] ?? "";
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  /** A number with its noun, for example "3 studies". */
  counted(noun: "study" | "finding" | "gap" | "claim", number: number): string {
    const plural = noun === "study" ? "studies" : `${noun}s`;
    return this.t(`count_${number === 1 ? noun : plural}`, { n: this.number(number) });
  }

  /** The label of a facet, or of a field with fixed values; in the plural where there is one. */
  dimension(id: string, plural = false): string {
    const facet = this.facts.table.facets.find((one) => one.id === id);
    return facet ? this.text(plural ? facet.plural : facet.label) : this.t(id);
  }

  /** The label of a term, by its position. */
  term(dimension: Dimension, position: number, short = false): string {
    const term = dimension.terms[position];
    if (!term?.label) return this.t(`${dimension.id}_${term?.id}`);
    return this.text((short && term.short_label) || term.label);
  }

  /** The name of the knowledge base. */
  get title(): string {
    return this.text(this.facts.table.title);
  }

  /** A flag of cells, and what it means. */
  flag(flag: string): Told {
    const known = `flag_${flag}` in this.page.words;
    const name = known ? flag : "one";
    const facet = known ? "" : this.dimension(flag.replace(/^one-/, ""));
    const values = { facet: this.lower(facet), n: this.number(this.facts.table.dated_after) };
    return { label: this.t(`flag_${name}`, values), meaning: this.t(`meaning_${name}`, values) };
  }

  /** The labels of the directness that counts as direct evidence. */
  get direct(): string {
    const { facets, direct } = this.facts.table;
    const terms = facets.find((one) => one.role === "directness")?.terms ?? [];
    const labels = direct.map((id) => this.text(terms.find((term) => term.id === id)?.label));
    return this.lower(labels.join(", "));
  }

  private lower(text: string): string {
    return text.toLocaleLowerCase(this.page.language);
  }

  /** Some things in one sentence: all of them, or any. */
  list(items: readonly string[], type: "conjunction" | "disjunction"): string {
    return new Intl.ListFormat(this.page.language, { type }).format(items);
  }
}
