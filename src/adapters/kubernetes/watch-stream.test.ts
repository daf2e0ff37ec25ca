import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectAsync } from '../../../test/support/collect-async.ts';
import { parseWatchBody } from './watch-stream.ts';

async function* chunksOf(body: Uint8Array, borders: readonly number[]): AsyncGenerator<Uint8Array> {
  const cuts = [0, ...borders.map((border) => border % (body.byteLength + 1)), body.byteLength].sort(
    (a, b) => a - b,
  );
  for (const [index, start] of cuts.entries()) yield body.subarray(start, cuts[index + 1] ?? body.byteLength);
}

async function eventsOf(body: string, borders: readonly number[] = []): Promise<unknown[]> {
  return collectAsync(parseWatchBody({ action: 'WATCH /x', chunks: chunksOf(Buffer.from(body), borders) }));
}

describe('a watch body', () => {
  it('yields the same events whatever the chunk borders, also inside a character', async () => {
    const text = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(fc.array(text), fc.array(fc.nat()), async (names, borders) => {
        const events = names.map((name) => ({ type: 'ADDED', object: { name } }));
        const body = events.map((event) => `${JSON.stringify(event)}\n`).join('');
        expect(await eventsOf(body, borders)).toEqual(events);
      }),
    );
  });

  it('reports a compacted resourceVersion as expired', async () => {
    const status = {
      kind: 'Status',
      code: 410,
      reason: 'Expired',
      message: 'too old resource version: 1 (5)',
    };
    await expect(eventsOf(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)).rejects.toMatchObject({
      kind: 'expired',
      status: 410,
      reason: 'Expired',
      message: 'WATCH /x: 410 Expired: too old resource version: 1 (5)',
    });
  });

  it('does not pass over what it cannot read', async () => {
    await expect(eventsOf('{"type":"ADDED"}\nnot json\n')).rejects.toMatchObject({
      reason: 'MalformedWatchEvent',
    });
    await expect(eventsOf('{"type":"ADD')).rejects.toMatchObject({
      reason: 'MalformedWatchEvent',
      kind: 'transient',
    });
  });
});
