import { parse } from 'yaml';

/** The document of a YAML text. A module of its own, so that it can be loaded where it is needed only. */
export function parseYaml(text: string): unknown {
  return parse(text);
}
