// Where a key leads in a grid.

/** A place in a grid, counted from 0. */
export interface Place {
  row: number;
  column: number;
}

/** The place that an arrow key, Home or End leads to, within a grid; none for any other key. */
export function moved(
  at: Place,
  key: string,
  size: { rows: number; columns: number },
): Place | undefined {
  const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
  switch (key) {
    case "ArrowUp":
      return { ...at, row: within(at.row - 1, size.rows) };
    case "ArrowDown":
      return { ...at, row: within(at.row + 1, size.rows) };
    case "ArrowLeft":
      return { ...at, column: within(at.column - 1, size.columns) };
    case "ArrowRight":
      return { ...at, column: within(at.column + 1, size.columns) };
    case "Home":
      return { ...at, column: 0 };
    case "End":
      return { ...at, column: size.columns - 1 };
    default:
      return undefined;
  }
}
