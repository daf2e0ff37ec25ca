import { XMLParser } from 'fast-xml-parser';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderError, renderReply } from './xml.ts';

it('carries any text unharmed, but for characters XML cannot hold', () => {
  const parser = new XMLParser({ trimValues: false, parseTagValue: false });
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '&', '<', '>', '"', "'", '\u0001', 'é', '-') });
  fc.assert(
    fc.property(text, (value) => {
      const parsed: unknown = parser.parse(renderError('Code', `x${value}x`, 'id'));
      expect(parsed).toMatchObject({
        Response: { Errors: { Error: { Message: `x${value.replaceAll('\u0001', '\ufffd')}x` } } },
      });
    }),
  );
});

it('writes lists as items, leaves out what is undefined and keeps false', () => {
  expect(renderReply('Do', 'r', { list: ['a', { b: 1 }], none: undefined, no: false, empty: [] })).toContain(
    '<requestId>r</requestId><list><item>a</item><item><b>1</b></item></list><no>false</no><empty></empty>',
  );
});
