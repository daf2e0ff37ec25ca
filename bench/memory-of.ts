import { readFileSync } from 'node:fs';

/** Where the resident memory of a process is, MiB (kernel doc, proc, smaps_rollup). */
export interface ProcessMemory {
  readonly rss: number;
  /** Pages that other processes map too count in parts. */
  readonly pss: number;
  /** Its own: neither program text nor files. */
  readonly anonymous: number;
}

/** @throws Error when the process does not run, or may not be looked at */
export function memoryOf(pid: number): ProcessMemory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1]) / 1024;
  return { rss: mib('Rss'), pss: mib('Pss'), anonymous: mib('Anonymous') };
}
