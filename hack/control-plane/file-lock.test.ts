import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from './file-lock.ts';
import { inspectProcess } from './inspect-process.ts';

describe('the lock of the cache', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'file-lock-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const lock = (
    deadlineMs = 5_000,
    onWait: (pid: number) => void = () => {},
  ): Parameters<typeof withFileLock>[0] => ({
    path: join(dir, 'lock'),
    deadlineMs,
    onWait,
  });

  it('lets one after the other in', async () => {
    const inside: string[] = [];
    const visit = async (name: string): Promise<void> =>
      withFileLock(lock(), async () => {
        inside.push(`${name} in`);
        await Promise.resolve();
        inside.push(`${name} out`);
      });

    await Promise.all([visit('a'), visit('b')]);

    expect(inside).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it.each([
    ['a process that is gone', `${2 ** 22 + 1} 1`],
    ['an earlier process with the id of a living one', `${process.pid} 1`],
    ['a damaged note', ''],
  ])('is taken over from %s', async (_, holder) => {
    writeFileSync(join(dir, 'lock'), holder);

    expect(await withFileLock(lock(), async () => 'done')).toBe('done');
  });

  it('tells who holds it and gives up at the deadline', async () => {
    const living = `${process.pid} ${inspectProcess(process.pid)?.started}`;
    writeFileSync(join(dir, 'lock'), living);
    const told: number[] = [];

    const waiting = withFileLock(
      lock(0, (pid) => told.push(pid)),
      async () => 'never',
    );

    await expect(waiting).rejects.toThrow('waiting for the lock');
    expect(told).toEqual([process.pid]);
    expect(existsSync(join(dir, 'lock'))).toBe(true);
  });

  it('is free again after a failure inside', async () => {
    const failing = withFileLock(lock(), async () => {
      throw new Error('inside');
    });

    await expect(failing).rejects.toThrow('inside');
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });
});
