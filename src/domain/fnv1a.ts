/** 32-bit FNV-1a as eight hexadecimal digits: enough to keep a handful of slots apart inside one NodeENI and instance. */
export function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
