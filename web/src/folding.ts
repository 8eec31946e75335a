// Long lists of findings, of which the first few are shown until a reader asks for all.

import { made } from "./made.ts";
import { hasFindings, type Row } from "./sheet.ts";
import { filled } from "./words.ts";

/** So many findings of a study are shown at first. */
const FEW = 3;

/** Knows which rows of a table were unfolded; `words` are those of the table. */
export class Folding {
  private readonly words: DOMStringMap;
  private readonly unfolded = new Set<string>();

  constructor(words: DOMStringMap) {
    this.words = words;
  }

  /** Show the findings of a row that fit: all of them, or the first ones with a button for more. */
  show(row: Row, open: boolean): void {
    if (!hasFindings(row)) return;
    const all = open || this.unfolded.has(row.id);
    const kept = new Set(row.kept);
    for (const unit of row.units) unit.element.hidden = !kept.has(unit);
    row.kept.forEach((unit, at) => {
      unit.element.classList.toggle("kb-folded", !all && at >= FEW);
    });
    const button = this.button(row);
    button.hidden = open || row.kept.length <= FEW;
    button.setAttribute("aria-expanded", String(all));
    const { kbMore, kbFewer } = this.words;
    button.textContent = all ? kbFewer! : filled(kbMore, { n: row.kept.length - FEW });
  }

  private button(row: Row): HTMLButtonElement {
    const list = row.units[0]!.element.parentElement!;
    const there = list.parentElement!.querySelector<HTMLButtonElement>(".kb-more");
    if (there) return there;
    const onclick = (): void => {
      if (!this.unfolded.delete(row.id)) this.unfolded.add(row.id);
      this.show(row, false);
    };
    const button = made("button", { type: "button", class: "kb-more", onclick });
    list.after(button);
    return button;
  }
}
