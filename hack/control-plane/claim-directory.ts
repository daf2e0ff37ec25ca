import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inspectProcess } from './inspect-process.ts';
import { PrerequisiteError } from './prerequisite-error.ts';
import { judgeLeftover, readRunRecord, type RunRecord, writeRunRecord } from './run-record.ts';
import { waitUntil } from './wait-until.ts';

/** Files of one control plane. */
export interface ControlPlaneDirectory {
  readonly path: string;
  readonly dataDir: string;
  readonly certificateDir: string;
  readonly kubeconfigPath: string;
  readonly etcdLogPath: string;
  readonly apiServerLogPath: string;
  /** Notes which servers belong to this process now. */
  readonly record: (pids: Pick<RunRecord, 'etcdPid' | 'apiServerPid'>) => void;
  /** Notes that nothing runs here any more. */
  readonly release: () => void;
}

/** Entries of the folder that a run without kept data starts without. */
const ownEntries = ['data', 'certificates', 'etcd.log', 'kube-apiserver.log', 'kubeconfig'];

/**
 * Makes `dir` ours: ends servers that a killed run left behind, wipes what it held unless the data are kept.
 * @throws PrerequisiteError when another run is alive there, or files of somebody else would be overwritten.
 */
export async function claimDirectory(dir: string, keepData: boolean): Promise<ControlPlaneDirectory> {
  mkdirSync(dir, { recursive: true });
  // The real path, because it is compared with the command lines of processes.
  const path = realpathSync(resolve(dir));
  const recordPath = join(path, 'control-plane.json');
  const earlier = readRunRecord(recordPath);
  if (earlier === undefined) {
    refuseForeignFiles(path);
  } else {
    await endLeftovers(earlier, path);
  }
  const wiped = keepData ? ['etcd.log', 'kube-apiserver.log'] : ownEntries;
  for (const entry of wiped) {
    rmSync(join(path, entry), { recursive: true, force: true });
  }
  const owner = { pid: process.pid, started: inspectProcess(process.pid)?.started ?? '' };
  const record: ControlPlaneDirectory['record'] = (pids) => writeRunRecord(recordPath, { owner, ...pids });
  record({});
  return {
    path,
    dataDir: join(path, 'data'),
    certificateDir: join(path, 'certificates'),
    kubeconfigPath: join(path, 'kubeconfig'),
    etcdLogPath: join(path, 'etcd.log'),
    apiServerLogPath: join(path, 'kube-apiserver.log'),
    record,
    release: () => writeRunRecord(recordPath, {}),
  };
}

function refuseForeignFiles(path: string): void {
  const taken = ownEntries.filter((entry) => existsSync(join(path, entry)));
  if (taken.length > 0) {
    throw new PrerequisiteError(
      `${path} holds ${taken.join(', ')} that no control plane made; name another folder with --dir`,
    );
  }
}

async function endLeftovers(earlier: RunRecord, path: string): Promise<void> {
  const verdict = judgeLeftover(earlier, path, inspectProcess);
  if (verdict.kind === 'in-use') {
    throw new PrerequisiteError(
      `${path} is in use by the control plane of process ${verdict.pid}; stop it, or name another folder with --dir`,
    );
  }
  for (const pid of verdict.endPids) {
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => (inspectProcess(pid) === undefined ? true : undefined), {
      what: `process ${pid}, left over from an earlier run, to end`,
      deadlineMs: 10_000,
    });
  }
}
