import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { createLinkNaming, type LinkNaming } from './link-naming.ts';

describe('links that udev has still to name', () => {
  let run: string;
  let clock: FakeClock;
  let naming: LinkNaming;

  beforeEach(() => {
    run = mkdtempSync(join(tmpdir(), 'run-'));
    clock = new FakeClock();
    naming = createLinkNaming({ paths: { run }, clock });
    mkdirSync(join(run, 'udev/data'), { recursive: true });
    writeFileSync(join(run, 'udev/data/c1:3'), 'I:1\n');
  });

  afterEach(() => rmSync(run, { recursive: true }));

  const unfinished = async (...indexes: readonly number[]): Promise<number[]> => [
    ...(await naming.unfinished(indexes)),
  ];

  it('are those that it has no note of yet', async () => {
    writeFileSync(join(run, 'udev/data/n2'), 'I:1\n');
    expect(await unfinished(2, 7)).toEqual([7]);
    writeFileSync(join(run, 'udev/data/n7'), 'I:2\n');
    expect(await unfinished(2, 7)).toEqual([]);
  });

  it('are waited for three seconds each, because udev notes nothing of a device without rules', async () => {
    expect(await unfinished(2)).toEqual([2]);
    await clock.advance(2_000);
    expect(await unfinished(2, 7)).toEqual([2, 7]);
    await clock.advance(1_000);
    expect(await unfinished(2, 7)).toEqual([7]);
  });

  it('are none where no udev runs', async () => {
    rmSync(join(run, 'udev/data/c1:3'));
    expect(await unfinished(2, 7)).toEqual([]);
    rmSync(join(run, 'udev'), { recursive: true });
    expect(await unfinished(2, 7)).toEqual([]);
  });
});
