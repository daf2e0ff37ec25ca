/** Strings that a cached object shares with others: what is not found in so many others is hardly shared. */
const MOST_STRINGS = 8_192;
/** Longer ones are messages, each of its own. */
const LONGEST_CHARS = 64;

/**
 * Keeps one copy of strings that come again and again. Objects parsed from JSON hold a copy of every value, so thousands of
 * objects hold thousands of copies of a subnet id.
 */
export class StringPool {
  #strings = new Map<string, string>();

  /** Replaces the strings in a freshly parsed JSON value, in place, and returns it. */
  share<T>(value: T): T {
    if (typeof value === 'object' && value !== null) this.#shareMembers(value);
    return value;
  }

  #shareMembers(parent: object): void {
    for (const key of Object.keys(parent)) {
      const value: unknown = Reflect.get(parent, key);
      if (typeof value === 'string') Reflect.set(parent, key, this.#one(value));
      else if (typeof value === 'object' && value !== null) this.#shareMembers(value);
    }
  }

  #one(text: string): string {
    if (text.length > LONGEST_CHARS) return text;
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    // What is in use comes back at once; what is not would never go otherwise.
    if (this.#strings.size >= MOST_STRINGS) this.#strings = new Map();
    this.#strings.set(text, text);
    return text;
  }
}
