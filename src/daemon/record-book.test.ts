import { describe, expect, it } from 'vitest';
import { aHost, aLink, aLinkWish, macOf } from '../../test/builders/host-state.ts';
import { type LinkRecord, recordFor } from '../domain/host/link-record.ts';
import { createRecordBook } from './record-book.ts';

function aRecord(uid: string): LinkRecord {
  const wish = aLinkWish(3, { attachmentUid: uid });
  return recordFor(wish, aLink(3), { bootId: 'boot-1', state: aHost([]) });
}

async function openBook(
  ...stored: readonly LinkRecord[]
): Promise<{ book: ReturnType<typeof createRecordBook>; disk: Map<string, LinkRecord>; saves: string[] }> {
  const disk = new Map(stored.map((record) => [record.attachmentUid, record]));
  const saves: string[] = [];
  const book = createRecordBook({
    load: () => Promise.resolve([...disk.values()]),
    save(record) {
      saves.push(record.attachmentUid);
      disk.set(record.attachmentUid, record);
      return Promise.resolve();
    },
    remove(uid) {
      disk.delete(uid);
      return Promise.resolve();
    },
  });
  await book.open();
  return { book, disk, saves };
}

describe('the records of links', () => {
  it('are written when they differ only', async () => {
    const { book, saves } = await openBook();
    await book.keep(aRecord('a'));
    await book.keep({ ...aRecord('a') });
    expect(saves).toEqual(['a']);
    await book.keep({ ...aRecord('a'), addresses: ['10.0.3.4/32'] });
    expect(saves).toEqual(['a', 'a']);
  });

  it('are found by MAC address after a restart', async () => {
    const { book } = await openBook(aRecord('a'));
    expect(book.ofMac(macOf(3))?.attachmentUid).toBe('a');
    expect(book.ofMac(macOf(4))).toBeUndefined();
  });

  it('go to the attachment that takes an ENI over, even if the process ended half way', async () => {
    const { book, disk } = await openBook(aRecord('a'), aRecord('b'));
    await book.keep(aRecord('b'));
    expect([...disk.keys()]).toEqual(['b']);
    expect(book.all().map(({ attachmentUid }) => attachmentUid)).toEqual(['b']);
  });
});
