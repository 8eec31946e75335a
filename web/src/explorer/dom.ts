// Elements with attributes and children; texts are always texts.

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element. An attribute that is false or undefined is left out, one that is true is empty. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string | false | undefined)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined)
      made.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== false && child !== undefined) made.append(child);
  return made;
}
