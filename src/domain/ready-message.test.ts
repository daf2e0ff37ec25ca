import { describe, expect, it } from 'vitest';
import { noMatchMessage, readyMessage } from './ready-message.ts';

describe('the message of a NodeENI without nodes', () => {
  it('names every label of a short selector, and how many more a long one has', () => {
    expect(noMatchMessage({ ng: 'multi-eni', 'example.com/pool': 'edge' })).toBe(
      'no node has the labels example.com/pool=edge, ng=multi-eni of nodeSelector',
    );
    expect(noMatchMessage({ a: '1', b: '2', c: '3', d: '4', e: '5' })).toBe(
      'no node has the labels a=1, b=2, c=3, +2 of nodeSelector',
    );
  });
});

describe('the message of a NodeENI that is Ready', () => {
  it.each([
    [1, 1, '1 of 1 attachment on 1 node is ready'],
    [2, 1, '2 of 2 attachments on 1 node are ready'],
    [6, 3, '6 of 6 attachments on 3 nodes are ready'],
    [0, 2, '0 of 0 attachments on 2 nodes are ready'],
  ])('with %i attachments on %i nodes is %s', (attachments, nodes, text) => {
    expect(readyMessage(attachments, nodes)).toBe(text);
  });
});
