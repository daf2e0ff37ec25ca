import { Ec2Error } from './ec2-error.ts';

/**
 * A request's parameters as a tree: `Filter.1.Value.2=x` is the node Filter → 1 → Value → 2 with value `x`
 * (EC2 API reference, "Query parameters": lists are numbered, structures dotted).
 */
export interface ParamNode {
  readonly value: string | undefined;
  readonly children: ReadonlyMap<string, ParamNode>;
}

interface MutableNode {
  value: string | undefined;
  readonly children: Map<string, MutableNode>;
}

function child(node: MutableNode, name: string): MutableNode {
  const existing = node.children.get(name);
  if (existing !== undefined) return existing;
  const created: MutableNode = { value: undefined, children: new Map() };
  node.children.set(name, created);
  return created;
}

/** Builds the tree from decoded form fields; a name given twice keeps its last value. */
export function parseParams(fields: Iterable<readonly [string, string]>): ParamNode {
  const root: MutableNode = { value: undefined, children: new Map() };
  for (const [name, value] of fields) {
    let node = root;
    for (const part of name.split('.')) node = child(node, part);
    node.value = value;
  }
  return root;
}

/** The text of a parameter, undefined when it was not sent. */
export function text(node: ParamNode, name: string): string | undefined {
  return node.children.get(name)?.value;
}

/** The text of a parameter that must be there. @throws Ec2Error MissingParameter */
export function requiredText(node: ParamNode, name: string): string {
  const value = text(node, name);
  if (value === undefined || value === '') {
    throw new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
  }
  return value;
}

/** A whole number. @throws Ec2Error InvalidParameterValue */
export function integer(node: ParamNode, name: string): number | undefined {
  const value = text(node, name);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(value)) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value (${value}) for parameter ${name} is invalid. Expected an integer.`,
    );
  }
  return Number(value);
}

/** A whole number that is at least `min`; `fallback` when it was not sent. @throws Ec2Error InvalidParameterValue */
export function count(node: ParamNode, name: string, limits: { min: number; fallback: number }): number {
  const value = integer(node, name) ?? limits.fallback;
  if (value < limits.min) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value (${value}) for parameter ${name} is invalid. It must be at least ${limits.min}.`,
    );
  }
  return value;
}

/** true or false. @throws Ec2Error InvalidParameterValue */
export function flag(node: ParamNode, name: string): boolean | undefined {
  const value = text(node, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value (${value}) for parameter ${name} is invalid. Expected a boolean.`,
    );
  }
  return value === 'true';
}

/** A numbered list of structures, in the order of its numbers. */
export function structures(node: ParamNode, name: string): readonly ParamNode[] {
  const list = node.children.get(name);
  if (list === undefined) return [];
  return [...list.children]
    .toSorted(([left], [right]) => Number(left) - Number(right))
    .map(([, item]) => item);
}

/** A numbered list of texts, in the order of its numbers. */
export function texts(node: ParamNode, name: string): readonly string[] {
  return structures(node, name).map((item) => item.value ?? '');
}
