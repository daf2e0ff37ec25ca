import { Ec2Error } from './ec2-error.ts';
import { type ParamNode, integer, text } from './params.ts';

/** Limits of one action's pages. */
export interface PageLimits {
  readonly min: number;
  readonly max: number;
  /** Wire name of the id list, as in `NetworkInterfaceId`; ids and pages exclude each other. */
  readonly idParam?: string;
}

/** One page and the token of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

function readMaxResults(params: ParamNode, limits: PageLimits): number | undefined {
  const maxResults = integer(params, 'MaxResults');
  if (maxResults === undefined) return undefined;
  // EC2 API reference, DescribeNetworkInterfaces and DescribeInstances: "You cannot specify this parameter and the IDs … in the same request".
  if (limits.idParam !== undefined && params.children.has(limits.idParam)) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      `The parameter ${limits.idParam} cannot be used with the parameter MaxResults`,
    );
  }
  if (maxResults < limits.min || maxResults > limits.max) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value between ${limits.min} and ${limits.max}.`,
    );
  }
  return maxResults;
}

function decodeToken(token: string): number {
  const match = /^after:(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  // EC2 API reference, "Error codes": InvalidNextToken.
  if (match === null) throw new Ec2Error('InvalidNextToken', `The token '${token}' is invalid`);
  return Number(match[1]);
}

/**
 * Cuts one page out of items in creation order. A page continues after the last item given, so each item that exists
 * throughout is given exactly once, whatever comes or goes between pages.
 * @throws Ec2Error InvalidParameterCombination, InvalidParameterValue, InvalidNextToken
 */
export function paginate<T extends { readonly sequence: number }>(
  items: readonly T[],
  params: ParamNode,
  limits: PageLimits,
): Page<T> {
  const maxResults = readMaxResults(params, limits);
  const token = text(params, 'NextToken');
  const after = token === undefined || token === '' ? -1 : decodeToken(token);
  const rest = after < 0 ? items : items.filter((item) => item.sequence > after);
  const page = maxResults === undefined ? rest : rest.slice(0, maxResults);
  const last = page.at(-1);
  const hasMore = last !== undefined && page.length < rest.length;
  return {
    items: page,
    nextToken: hasMore ? Buffer.from(`after:${last.sequence}`).toString('base64url') : undefined,
  };
}
