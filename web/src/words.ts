// Texts, numbers and order in the language of the page.

/** A text of the page with its blanks in curly brackets filled in; numbers as the language has
 * them. */
export function filled(
  text: string | undefined,
  values: Readonly<Record<string, string | number>>,
  told = language,
): string {
  return (text ?? "").replace(/\{(\w+)\}/gu, (blank, name: string) => {
    const value = values[name];
    return typeof value === "number" ? new Intl.NumberFormat(told()).format(value) : value ?? blank;
  });
}

/** How the language sorts: in Swedish å, ä and ö come last. */
export function collator(): Intl.Collator {
  return new Intl.Collator(language(), { numeric: true });
}

/** Several things one after the other. */
export function listed(things: Iterable<string>): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(things);
}

function language(): string {
  return document.documentElement.lang || "en";
}
