import { cpus } from 'node:os';

/** The machine that numbers were measured on, without its name or any path. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  /** RFC 3339. */
  readonly date: string;
}

/** Describes this machine. */
export function describeMachine(now: Date): Machine {
  const all = cpus();
  return {
    cores: all.length,
    cpu: all[0]?.model ?? 'unknown',
    node: process.version,
    date: now.toISOString().slice(0, 10),
  };
}
