import type { CallContext } from './call-context.ts';
import { Ec2Error } from './ec2-error.ts';
import { type ParamNode, text } from './params.ts';
import type { TokenRecord } from './world.ts';

// EC2 API developer guide, "Ensuring idempotency": at most 64 ASCII characters.
const MAX_LENGTH = 64;
const NOT_COMPARED: ReadonlySet<string> = new Set(['Action', 'Version', 'ClientToken', 'DryRun']);

function flatten(node: ParamNode, path: string, into: string[]): void {
  if (node.value !== undefined) into.push(`${path}=${node.value}`);
  for (const [name, item] of node.children) {
    if (path !== '' || !NOT_COMPARED.has(name)) flatten(item, `${path}.${name}`, into);
  }
}

function fingerprintOf(params: ParamNode): string {
  const lines: string[] = [];
  flatten(params, '', lines);
  return lines.sort().join('\n');
}

/** A token sent with a call. */
export interface ClientToken {
  readonly value: string;
  /** What the token stood for until now; undefined when it is new. */
  readonly known: TokenRecord | undefined;
  /** Binds the token to what the call made. */
  remember(resourceIds: readonly string[], reply: unknown): void;
}

/**
 * Looks up the ClientToken of a call; tokens are scoped by action.
 * @throws Ec2Error InvalidParameterValue for a token longer than 64 characters or not ASCII, IdempotentParameterMismatch when
 *   the same token came with other parameters (EC2 API developer guide, "Ensuring idempotency")
 */
export function readClientToken(context: CallContext, action: string): ClientToken | undefined {
  const value = text(context.params, 'ClientToken');
  if (value === undefined || value === '') return undefined;
  if (value.length > MAX_LENGTH || !/^[\u0020-\u007e]+$/.test(value)) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value (${value}) for parameter clientToken is invalid. It must be at most ${MAX_LENGTH} ASCII characters.`,
    );
  }
  const key = `${action}/${value}`;
  const fingerprint = fingerprintOf(context.params);
  const known = context.world.tokens.get(key);
  if (known !== undefined && known.fingerprint !== fingerprint) {
    throw new Ec2Error(
      'IdempotentParameterMismatch',
      'The client token specified has already been used with different request parameters.',
    );
  }
  return {
    value,
    known,
    remember: (resourceIds, reply) => void context.world.tokens.set(key, { fingerprint, resourceIds, reply }),
  };
}
