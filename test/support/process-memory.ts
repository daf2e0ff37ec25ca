import { readFileSync } from 'node:fs';

/** Resident memory of a process, MiB, as Linux counts it. @throws Error when it does not run */
export function residentMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kib) / 1024;
}
