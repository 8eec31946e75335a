// What is shown, as a file.

// What a spreadsheet may take for the start of a formula, as in kb/tables.py.
const SIGNS = "=+\\-@\uFF1D\uFF0B\uFF0D\uFF20";
const FORMULA = new RegExp(`^(?=[${SIGNS}\\t\\n])|(?<=[;\\t\\n])(?=[${SIGNS}])`, "gu");
const NEGATIVE = /^-\d+(?:\.\d+)?$/u;

/** Rows as CSV (RFC 4180). A mark at the start lets spreadsheets read it as UTF-8, and where they
 * would see a formula an apostrophe stands in front. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number): string => {
    const plain = `${value}`.replaceAll(/\r\n?/gu, "\n");
    const text = NEGATIVE.test(plain) ? plain : plain.replaceAll(FORMULA, "'");
    return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

// Where an entry begins, and its key.
const ENTRIES = {
  bib: { begins: /^(?=@\w+\{)/mu, key: /^@\w+\{([^,\s]+),/u },
  ris: { begins: /^(?=TY {2}- )/mu, key: /^ID {2}- (.+?)\r?$/mu },
};

/** Some references out of a file with all of them, each once, in the order of their keys here. */
export function cited(all: string, keys: Iterable<string>, format: "bib" | "ris"): string {
  const { begins, key } = ENTRIES[format];
  const entries = new Map(all.split(begins).map((entry) => [key.exec(entry)?.[1], entry.trim()]));
  const newline = format === "bib" ? "\n" : "\r\n";
  const found = [...new Set(keys)].flatMap((one) => entries.get(one) ?? []);
  return found.map((entry) => entry + newline).join(newline);
}

/** Let the browser save something under a name. */
export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
