import { isDeepStrictEqual } from 'node:util';
import type { LinkRecord } from '../domain/host/link-record.ts';
import type { LinkRecords } from './ports.ts';

/** The records of links in memory, each stored before anything is done by it. */
export interface RecordBook {
  /** Reads what is stored; before anything else. */
  open(): Promise<void>;
  all(): readonly LinkRecord[];
  /** The record of the ENI with this MAC address, whichever attachment made it. */
  ofMac(macAddress: string): LinkRecord | undefined;
  /** Stores the record if it differs from the stored one. */
  keep(record: LinkRecord): Promise<void>;
  drop(record: LinkRecord): Promise<void>;
}

/** Keeps records by attachment; an attachment that takes an ENI over takes its record over, too. */
export function createRecordBook(records: LinkRecords): RecordBook {
  const known = new Map<string, LinkRecord>();
  const ofMac = (macAddress: string): LinkRecord | undefined =>
    [...known.values()].find((record) => record.macAddress === macAddress);

  async function drop(record: LinkRecord): Promise<void> {
    await records.remove(record.attachmentUid);
    known.delete(record.attachmentUid);
  }

  return {
    async open() {
      for (const record of await records.load()) known.set(record.attachmentUid, record);
    },
    all: () => [...known.values()],
    ofMac,
    async keep(record) {
      const { attachmentUid, macAddress } = record;
      if (!isDeepStrictEqual(known.get(attachmentUid), record)) {
        await records.save(record);
        known.set(attachmentUid, record);
      }
      // Even where the record is stored already: an end of the process in between leaves the earlier one behind.
      const earlier = [...known.values()].filter(
        (other) => other.macAddress === macAddress && other.attachmentUid !== attachmentUid,
      );
      for (const other of earlier) await drop(other);
    },
    drop,
  };
}
