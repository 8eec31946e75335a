// What is shown of a table, on its way out of the page.

import { cited, csv, save } from "./files.ts";
import { copied } from "./made.ts";
import { type Row, texts } from "./sheet.ts";
import { filled } from "./words.ts";

const TYPES = {
  bib: "application/x-bibtex",
  csv: "text/csv;charset=utf-8",
  ris: "application/x-research-info-systems",
};

/** Save rows as a file, copy the address of the view, or print it; what to say of that. */
export async function exported(
  format: string,
  heads: readonly HTMLTableCellElement[],
  rows: readonly Row[],
  words: DOMStringMap,
): Promise<string> {
  if (format === "link") return await copied(location.href) ? words["kbCopied"]! : location.href;
  if (format === "csv") return saved("csv", csv(texts(heads, rows, words["kbNoun"] === "study")), words);
  if (format === "bib" || format === "ris") {
    try {
      const answer = await fetch(new URL(`../../../data/references.${format}`, import.meta.url));
      if (!answer.ok) return words["kbFailed"]!;
      const keys = rows.flatMap((row) => row.element.dataset["keys"]!.split(" "));
      return saved(format, cited(await answer.text(), keys, format), words);
    } catch {
      return words["kbFailed"]!;
    }
  }
  print();
  return "";
}

/** Save a text under the name of the page. */
function saved(format: keyof typeof TYPES, text: string, words: DOMStringMap): string {
  const page = location.pathname.split("/").filter(Boolean).at(-1) ?? words["kbNoun"]!;
  const file = `${page}.${format}`;
  save(file, new Blob([text], { type: TYPES[format] }));
  return filled(words["kbSaved"], { file });
}
