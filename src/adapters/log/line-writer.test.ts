import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeClock, flushPromises } from '../../runtime/fake-clock.ts';
import { systemClock } from '../../runtime/clock.ts';
import { LineWriter, type WriteBytes, writeToDescriptor } from './line-writer.ts';

interface Disk {
  readonly writer: LineWriter;
  readonly clock: FakeClock;
  readonly text: () => string;
  isFull: boolean;
}

/** A disk that takes at most `chunk` bytes a write. */
function openDisk(chunk = 1_000): Disk {
  const clock = new FakeClock();
  let text = '';
  const write: WriteBytes = async (bytes) => {
    if (disk.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const part = bytes.subarray(0, chunk);
    text += Buffer.from(part).toString('utf8');
    return part.byteLength;
  };
  const disk: Disk = {
    clock,
    isFull: false,
    text: () => text,
    writer: new LineWriter({ write, clock, maxBufferedBytes: 30, dropped: (lines) => `lost ${lines}\n` }),
  };
  return disk;
}

describe('log lines', () => {
  it('come out whole and in order, however little a write takes', async () => {
    const { writer, text } = openDisk(3);
    for (const line of ['one\n', 'two\n', 'drei ä\n']) writer.write(line);
    await flushPromises();
    expect(text()).toBe('one\ntwo\ndrei ä\n');
  });

  it('wait while the disk is full and come out when there is room again', async () => {
    const disk = openDisk();
    disk.isFull = true;
    disk.writer.write('one\n');
    await disk.clock.advance(60_000);
    expect(disk.text()).toBe('');
    disk.isFull = false;
    disk.writer.write('two\n');
    await disk.clock.advance(1_000);
    expect(disk.text()).toBe('one\ntwo\n');
    expect(disk.clock.pendingCount).toBe(0);
  });

  it('are dropped and counted when too many wait', async () => {
    const disk = openDisk();
    disk.isFull = true;
    for (let line = 0; line < 5; line += 1) disk.writer.write(`line ${line}...\n`);
    await disk.clock.advance(5_000);
    disk.isFull = false;
    await disk.clock.advance(1_000);
    expect(disk.text()).toBe('line 0...\nline 1...\nline 2...\nlost 2\n');
    disk.writer.write('after\n');
    await flushPromises();
    expect(disk.text()).toContain('after\n');
  });

  it('hold no process up that ends: neither a full disk nor a reader that hangs', async () => {
    const full = openDisk();
    full.isFull = true;
    full.writer.write('one\n');
    await flushPromises();
    await full.writer.close(1_000);
    await flushPromises();
    expect(full.clock.pendingCount).toBe(0);

    const clock = new FakeClock();
    const hanging = new LineWriter({ write: () => new Promise(() => undefined), clock, dropped: String });
    hanging.write('one\n');
    const closed = hanging.close(1_000);
    await clock.advance(1_000);
    await closed;
  });

  it('that are written last are in the file once it is closed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'line-writer-'));
    const path = join(folder, 'log');
    const fd = openSync(path, 'a');
    const writer = new LineWriter({ write: writeToDescriptor(fd), clock: systemClock, dropped: String });
    for (let line = 0; line < 1_000; line += 1) writer.write(`line ${line}\n`);
    await writer.close(10_000);
    closeSync(fd);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(1_000);
    rmSync(folder, { recursive: true });
  });
});
