import type { BucketSize } from '../domain/rate-bucket.ts';
import { EC2_BUCKETS } from './engine/action-permits.ts';

/** Buckets by EC2 action, and everything that is wrong with them. */
export interface ParsedBuckets {
  readonly value: Readonly<Record<string, BucketSize>>;
  readonly problems: readonly string[];
}

/** EC2 actions that the operator calls and that can be given a bucket. */
const ACTIONS: readonly string[] = [
  ...Object.keys(EC2_BUCKETS),
  'DescribeInstances',
  'DescribeInstanceTypes',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSubnets',
];

function problemOf(entry: string, fix: string): string {
  return `--ec2-buckets has "${entry}": ${fix}`;
}

function parseEntry(entry: string): { readonly action: string; readonly size: BucketSize } | string {
  const [, action, burst, refill] = /^([^=]+)=(\d+)\/(\d+(?:\.\d+)?)$/.exec(entry) ?? [];
  if (action === undefined) {
    return problemOf(entry, 'give ACTION=BURST/REFILL such as CreateNetworkInterface=100/5');
  }
  if (!ACTIONS.includes(action)) return problemOf(entry, `give one of ${ACTIONS.join(', ')}`);
  const size = { burst: Number(burst), tokensPerSecond: Number(refill) };
  if (size.burst < 1) return problemOf(entry, 'give a burst of at least 1');
  return size.tokensPerSecond > 0 ? { action, size } : problemOf(entry, 'give a refill above 0');
}

/** Reads `ACTION=BURST/REFILL,...` (refill in tokens per second); every problem is told, not just the first. */
export function parseEc2Buckets(text: string | undefined): ParsedBuckets {
  const value: Record<string, BucketSize> = {};
  const problems: string[] = [];
  for (const entry of (text ?? '').split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const parsed = parseEntry(entry);
    if (typeof parsed === 'string') problems.push(parsed);
    else if (Object.hasOwn(value, parsed.action)) {
      problems.push(problemOf(entry, `give ${parsed.action} once`));
    } else value[parsed.action] = parsed.size;
  }
  return { value, problems };
}
