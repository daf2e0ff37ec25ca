import { write } from 'node:fs';
import type { Clock } from '../../runtime/clock.ts';
import { delay } from '../../runtime/delay.ts';

/** Writes some of `bytes` and tells how many. */
export type WriteBytes = (bytes: Uint8Array) => Promise<number>;

/** What a {@link LineWriter} needs. */
export interface LineWriterOptions {
  readonly write: WriteBytes;
  readonly clock: Clock;
  /** Lines that cannot be written yet wait in so much memory; default 1 MiB. */
  readonly maxBufferedBytes?: number;
  /** Wait after a refused write; default 1,000 ms. */
  readonly retryAfterMs?: number;
  /** The line to write, once there is room again, in place of so many that were dropped. */
  readonly dropped: (lines: number) => string;
}

/** Writes to a file descriptor in the thread pool, so that one that blocks stalls nothing else. */
export function writeToDescriptor(fd: number): WriteBytes {
  return (bytes) =>
    new Promise((resolve, reject) => {
      write(fd, bytes, 0, bytes.byteLength, null, (error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
}

/**
 * Takes lines at any time, and writes them in order when it can. What is refused (ENOSPC, EIO, EAGAIN) is kept and tried
 * again; once the buffer is full, new lines are dropped and counted. Neither a full disk nor a reader that hangs ends or
 * stalls the process: pino's own destination does both (`pinojs/sonic-boom`: an error without a listener is thrown, and a
 * full buffer is never tried again).
 */
export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #maxBufferedBytes: number;
  #lines: string[] = [];
  #bufferedBytes = 0;
  #dropped = 0;
  #isWriting = false;
  #failedWrites = 0;
  readonly #closing = new AbortController();
  /** Aborts at the next moment at which waiting for lines has become pointless. */
  #settled = new AbortController();

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 1024 * 1024;
  }

  /** Takes a line, its end included. Never throws. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#bufferedBytes + bytes > this.#maxBufferedBytes) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(line);
    this.#bufferedBytes += bytes;
    if (!this.#isWriting) void this.#writeAll();
  }

  /** Waits until every line is written, until one is refused, or for `limitMs`; what is left then is given up. */
  async close(limitMs: number): Promise<void> {
    const isPending = this.#isWriting && this.#failedWrites === 0;
    if (isPending) await delay(this.#options.clock, limitMs, this.#settled.signal);
    this.#closing.abort();
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    this.#settled = new AbortController();
    while (this.#lines.length > 0 && !this.#closing.signal.aborted) {
      const batch = Buffer.from(this.#lines.join(''));
      this.#lines = [];
      await this.#writeBatch(batch);
      if (this.#dropped > 0) this.#reportDropped();
    }
    this.#isWriting = false;
    this.#settled.abort();
  }

  async #writeBatch(batch: Uint8Array): Promise<void> {
    const { clock, write, retryAfterMs = 1_000 } = this.#options;
    let rest = batch;
    while (rest.byteLength > 0 && !this.#closing.signal.aborted) {
      try {
        const count = await write(rest);
        rest = rest.subarray(count);
        this.#bufferedBytes -= count;
        this.#failedWrites = 0;
      } catch {
        // There is no other place to complain to: what is refused waits for better times.
        this.#failedWrites += 1;
        this.#settled.abort();
        await delay(clock, retryAfterMs, this.#closing.signal);
      }
    }
  }

  #reportDropped(): void {
    const line = this.#options.dropped(this.#dropped);
    this.#dropped = 0;
    this.#lines.push(line);
    this.#bufferedBytes += Buffer.byteLength(line);
  }
}
