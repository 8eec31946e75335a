// Elements made by scripts.

type Attribute = string | number | boolean | undefined | ((event: Event) => void);

/** An element with attributes, listeners (`onclick`) and content; texts are never markup. What is
 * false or undefined is left out. */
export function made<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...content: readonly (Node | string | false | undefined)[]
): HTMLElementTagNameMap[K] {
  const one = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") one.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") one.toggleAttribute(key, value);
    else if (value !== undefined) one.setAttribute(key, `${value}`);
  }
  one.append(...content.filter((child) => child !== false && child !== undefined));
  return one;
}

/** Put an address on the clipboard; whether that was allowed. */
export async function copied(address: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    return false;
  }
}
