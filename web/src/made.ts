// Elements made by scripts.

type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/** An element with attributes, listeners (`onclick`) and content; texts are never markup. */
export function made<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const one = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") one.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") one.toggleAttribute(key, value);
    else one.setAttribute(key, value);
  }
  one.append(...content);
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
