// What is shown, as a file.

/** Rows as CSV (RFC 4180). A mark at the start lets spreadsheets read it as UTF-8, and a cell that
 * they would take for a formula gets an apostrophe in front. */
export function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@\t\n]/u.test(text) ? `'${text}` : text;
    return /[",\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

/** Each reference in the formats of reference managers. */
export type Citable = Record<string, { bibtex?: string; ris: string }>;

/** Some references, each once, as one file of a format. */
export function cited(all: Citable, keys: Iterable<string>, format: "bib" | "ris"): string {
  const found = [...new Set(keys)].flatMap((key) => {
    const one = all[key];
    return (format === "bib" ? one?.bibtex : one?.ris) ?? [];
  });
  return found.join(format === "bib" ? "\n" : "\r\n");
}

/** Let the browser save a text under a name. */
export function save(name: string, text: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
