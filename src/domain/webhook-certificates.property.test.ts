import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CertificateFacts,
  type CertificateLifetimes,
  planCertificates,
  type Validity,
  validityFrom,
} from './webhook-certificates.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The kubelet renews mounted Secrets within so many minutes, other API servers hear of a bundle within one. */
const MOUNT_LAG = 2;
const BUNDLE_LAG = 1;

interface Authority extends Validity {
  readonly id: number;
}

interface Leaf extends Validity {
  readonly signer: number;
}

/** What is stored, and what the API server and the pods had at each minute. */
interface World {
  readonly authorities: readonly Authority[];
  readonly leaf: Leaf | undefined;
  readonly made: number;
}

function factsOf({ authorities: [current, previous], leaf }: World, nowMs: number): CertificateFacts {
  const signerOf = ({ signer }: Leaf): 'authority' | 'previous' | 'unknown' => {
    if (signer === current?.id) return 'authority';
    return signer === previous?.id ? 'previous' : 'unknown';
  };
  return {
    nowMs,
    authority: current && { ...current, previous },
    leaf: leaf && { ...leaf, hasWantedNames: true, signer: signerOf(leaf) },
  };
}

function next(world: World, nowMs: number, lifetimes: CertificateLifetimes): World {
  const plan = planCertificates(factsOf(world, nowMs), lifetimes);
  const [current, previous] = world.authorities;
  const isMade = plan.authority === 'make' || plan.authority === 'replace';
  const made = world.made + (isMade ? 1 : 0);
  const fresh = { id: made, ...validityFrom(nowMs, lifetimes.authorityMs) };
  const kept = plan.authority === 'forget-previous' ? [current] : [current, previous];
  const authorities = (isMade ? [fresh, current] : kept).filter((each) => each !== undefined);
  const signer = authorities[0]?.id ?? 0;
  const leaf = plan.leaf === 'issue' ? { signer, ...validityFrom(nowMs, lifetimes.leafMs) } : world.leaf;
  return { authorities, leaf, made };
}

describe('rotations of the certificates of the webhooks', () => {
  it('never leave pods serving what the API server does not trust, however long the operator is away in between', () => {
    assert(
      property(
        integer({ min: 6, max: 30 }),
        integer({ min: 2, max: 5 }),
        // A leaf may fall due while a new authority settles, which takes two looks: together they have to be shorter
        // than the last third of the shortest leaf, less the lags.
        array(integer({ min: 1, max: 15 }), { minLength: 20, maxLength: 60 }),
        (authorityHours, leafHours, pauses) => {
          const lifetimes = { authorityMs: authorityHours * HOUR_MS, leafMs: leafHours * HOUR_MS };
          const history: World[] = [];
          let world: World = { authorities: [], leaf: undefined, made: 0 };
          for (let minute = 0, look = 0; minute < 72 * 60; minute += 1) {
            const nowMs = minute * MINUTE_MS;
            if (minute === look) {
              world = next(world, nowMs, lifetimes);
              look += pauses[minute % pauses.length] ?? 1;
            }
            history.push(world);
            const { leaf } = history[Math.max(0, minute - MOUNT_LAG)] ?? world;
            const { authorities } = history[Math.max(0, minute - BUNDLE_LAG)] ?? world;
            const signer = authorities.find(({ id }) => id === leaf?.signer);
            expect(leaf?.notAfterMs).toBeGreaterThan(nowMs);
            expect(signer?.notAfterMs).toBeGreaterThan(nowMs);
          }
          expect(world.made).toBeGreaterThan(2);
        },
      ),
      { numRuns: 40 },
    );
  });
});
