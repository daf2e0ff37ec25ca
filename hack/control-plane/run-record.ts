import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type ProcessIdentity, readOptional } from './inspect-process.ts';

/** Who runs, or ran, a control plane in a folder; kept there as `control-plane.json`. */
export interface RunRecord {
  /** Absent after a clean stop. */
  readonly owner?: { readonly pid: number; readonly started: string };
  readonly etcdPid?: number;
  readonly apiServerPid?: number;
}

/** What to do about the processes of an earlier run. */
export type LeftoverVerdict =
  | { readonly kind: 'in-use'; readonly pid: number }
  | { readonly kind: 'free'; readonly endPids: readonly number[] };

/**
 * Judges an earlier run: its owner still lives, or it was killed and may have left servers behind.
 * A process id is only believed when the process is etcd or kube-apiserver started on files of this folder.
 */
export function judgeLeftover(
  record: RunRecord,
  dir: string,
  inspect: (pid: number) => ProcessIdentity | undefined,
): LeftoverVerdict {
  const { owner } = record;
  if (owner !== undefined && inspect(owner.pid)?.started === owner.started) {
    return { kind: 'in-use', pid: owner.pid };
  }
  const candidates = [
    { pid: record.apiServerPid, program: 'kube-apiserver' },
    { pid: record.etcdPid, program: 'etcd' },
  ];
  const endPids = candidates.flatMap(({ pid, program }) =>
    pid !== undefined && isOurServer(inspect(pid), program, dir) ? [pid] : [],
  );
  return { kind: 'free', endPids };
}

function isOurServer(identity: ProcessIdentity | undefined, program: string, dir: string): boolean {
  if (identity === undefined) {
    return false;
  }
  const [executable = '', ...rest] = identity.commandLine;
  return basename(executable) === program && rest.some((argument) => argument.includes(`=${dir}/`));
}

/** Reads the record of a folder; undefined when no control plane ever ran there. */
export function readRunRecord(path: string): RunRecord | undefined {
  const text = readOptional(path);
  return text === undefined ? undefined : parseRunRecord(text);
}

/** Writes the record; the file also marks the folder as ours to wipe. */
export function writeRunRecord(path: string, record: RunRecord): void {
  writeFileSync(path, `${JSON.stringify(record)}\n`);
}

/** Parses a record; what a killed run left half-written, or another program wrote, counts as no process known. */
export function parseRunRecord(text: string): RunRecord {
  const record = objectIn(text);
  const owner = 'owner' in record ? record.owner : undefined;
  const etcdPid = pidIn(record, 'etcdPid');
  const apiServerPid = pidIn(record, 'apiServerPid');
  return {
    ...(isOwner(owner) && { owner }),
    ...(etcdPid !== undefined && { etcdPid }),
    ...(apiServerPid !== undefined && { apiServerPid }),
  };
}

function objectIn(text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch (error) {
    if (error instanceof SyntaxError) {
      return {};
    }
    throw error;
  }
}

function isOwner(value: unknown): value is { readonly pid: number; readonly started: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    pidIn(value, 'pid') !== undefined &&
    'started' in value &&
    typeof value.started === 'string'
  );
}

function pidIn(record: object, key: string): number | undefined {
  const value: unknown = Reflect.get(record, key);
  return Number.isSafeInteger(value) && Number(value) > 1 ? Number(value) : undefined;
}
