const NAMED_NODES = 3;

/** The first few node names, each once and in order, and how many more there are: `node-1, node-2, node-3, +997`. */
export function nameNodes(nodes: readonly string[]): string {
  const names = [...new Set(nodes)].toSorted();
  const more = names.length > NAMED_NODES ? `, +${names.length - NAMED_NODES}` : '';
  return names.slice(0, NAMED_NODES).join(', ') + more;
}
