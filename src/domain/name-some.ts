const NAMED = 3;

/** The first few names, each once and in order, and how many more there are: `node-1, node-2, node-3, +997`. */
export function nameSome(all: readonly string[]): string {
  const names = [...new Set(all)].toSorted();
  const more = names.length > NAMED ? `, +${names.length - NAMED}` : '';
  return names.slice(0, NAMED).join(', ') + more;
}
