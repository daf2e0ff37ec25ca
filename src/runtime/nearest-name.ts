/** Edits of one letter, exchanges of neighbours among them, that turn one text into the other. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      current.push(cheapest(rows, current, { from, to, row, column }));
    }
    rows.push(current);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}

interface Cell {
  readonly from: string;
  readonly to: string;
  readonly row: number;
  readonly column: number;
}

function cheapest(rows: readonly number[][], current: readonly number[], cell: Cell): number {
  const { from, to, row, column } = cell;
  const at = (back: number, left: number): number => rows[row - back]?.[column - left] ?? Infinity;
  const isSame = from[row - 1] === to[column - 1];
  const isExchanged = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(
    at(1, 0) + 1,
    (current[column - 1] ?? Infinity) + 1,
    at(1, 1) + (isSame ? 0 : 1),
    isExchanged ? at(2, 2) + 1 : Infinity,
  );
}

/** The known name that a person most likely meant, or undefined when none is near. Case does not count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((one, other) => one.edits - other.edits);
  return ranked[0]?.candidate;
}
