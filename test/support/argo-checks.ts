import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { startServerProcess, waitForServer } from '../../hack/control-plane/start-server-process.ts';
import { findTool } from '../../hack/gitops-tools/gitops-tools.ts';
import { kubeconfigPath } from './shared-control-plane.ts';

/** Path of the program with Argo CD's engine; undefined where nobody has built it (`node hack/gitops-tools/main.ts`). */
export const argoChecks: string | undefined = findTool('argo-checks', process.env);

/** An Application of Argo CD, as far as tests change it. */
export interface Application {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec: { readonly syncPolicy: { readonly syncOptions: readonly string[] } };
}

/** What Argo CD did with an object. */
export interface SyncedObject {
  readonly subject: string;
  readonly status: 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';
  /** State of the operation on it, or of its health where a later wave waits for it. */
  readonly state: string;
  readonly message: string;
}

/** How a sync ended. */
export interface SyncOutcome {
  readonly phase: 'Succeeded' | 'Failed' | 'Error';
  readonly message: string;
  /** In the order in which they were applied. */
  readonly waves: readonly number[];
  readonly objects: readonly SyncedObject[];
}

/** What Argo CD shows of an object. */
export interface Comparison {
  readonly subject: string;
  /** `Extra`: it is to be pruned. */
  readonly sync: 'Synced' | 'OutOfSync' | 'Missing' | 'Extra';
  readonly health?: 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown';
  /** Only where they differ. */
  readonly live?: unknown;
  readonly predicted?: unknown;
}

/** What one wave of a deletion asked for. */
export interface DeletedWave {
  readonly wave: number;
  readonly subjects: readonly string[];
}

/** What a health check says of an object. */
export interface ArgoHealth {
  readonly status: string;
  readonly message: string;
}

const folder = join(import.meta.dirname, '..', '..', 'config', 'argocd');
const configMap = join(folder, 'argocd-cm-patch.yaml');

/** An Application of config/argocd, as it is committed. */
export function sampleApplication(name: string): Application {
  const samples = parseAllDocuments(readFileSync(join(folder, 'applications.yaml'), 'utf8'));
  const found = samples
    .map((document): Application => document.toJS())
    .find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`config/argocd/applications.yaml has no Application ${name}`);
  return found;
}

/** The Application with another option. */
export function withSyncOption(application: Application, option: string): Application {
  const syncOptions = [...application.spec.syncPolicy.syncOptions, option];
  return {
    ...application,
    spec: { ...application.spec, syncPolicy: { ...application.spec.syncPolicy, syncOptions } },
  };
}

/** The Application without its annotations: Argo CD compares by itself, without asking the API server. */
export function withoutServerSideDiff(application: Application): Application {
  return { ...application, metadata: { ...application.metadata, annotations: {} } };
}

/** The Application as `argocd app delete` leaves it, which deletes its objects. */
export function asDeletedByCommand(application: Application): Application {
  const finalizers = ['resources-finalizer.argocd.argoproj.io'];
  return { ...application, metadata: { ...application.metadata, finalizers } };
}

async function run(args: readonly string[], stdin = ''): Promise<readonly string[]> {
  if (argoChecks === undefined) throw new Error('argo-checks is not built: node hack/gitops-tools/main.ts');
  const { exitCode, stdout, stderr } = await runCommand(argoChecks, args, { stdin });
  if (exitCode !== 0) throw new Error(stderr.trim());
  return stdout.split('\n').filter((line) => line !== '');
}

/** Runs a command that is given the cluster, the committed health checks, the Application and perhaps objects. */
async function runOn(
  command: 'sync' | 'diff' | 'delete',
  application: Application,
  objects: readonly object[] | undefined,
  ...last: readonly string[]
): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-argo-'));
  try {
    const [applicationPath, objectsPath] = [join(dir, 'application.json'), join(dir, 'objects.json')];
    writeFileSync(applicationPath, JSON.stringify(application));
    writeFileSync(objectsPath, (objects ?? []).map((object) => JSON.stringify(object)).join('\n---\n'));
    const files = objects === undefined ? [applicationPath] : [applicationPath, objectsPath];
    return await run([command, kubeconfigPath(), configMap, ...files, ...last]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Syncs as Argo CD does: dry run, waves with health in between, pruning.
 * @throws Error when it has not ended in time.
 */
export async function argoSync(
  application: Application,
  objects: readonly object[],
  seconds = 60,
): Promise<SyncOutcome> {
  const [line = ''] = await runOn('sync', application, objects, String(seconds));
  return JSON.parse(line);
}

/** Compares what Git has with what is live, one verdict for each object of either. */
export async function argoDiff(
  application: Application,
  objects: readonly object[],
): Promise<readonly Comparison[]> {
  return (await runOn('diff', application, objects)).map((line): Comparison => JSON.parse(line));
}

/**
 * Deletes what an Application tracks as its finalizer does; resolves when everything is gone.
 * @throws Error when it is not gone in time.
 */
export async function argoDelete(application: Application, seconds = 60): Promise<readonly DeletedWave[]> {
  const lines = await runOn('delete', application, undefined, String(seconds));
  return lines.map((line): DeletedWave => JSON.parse(line));
}

/** Health of each object of a stream of YAML or JSON documents, by the committed script in Argo CD's Lua. */
export async function argoHealth(documents: string): Promise<readonly ArgoHealth[]> {
  return (await run(['health', configMap], documents)).map((line): ArgoHealth => JSON.parse(line));
}

/** Kubernetes' garbage collector and namespace controller, for deletions in the foreground. */
export async function startDeletionControllers(): Promise<{ readonly stop: () => Promise<void> }> {
  if (argoChecks === undefined) throw new Error('argo-checks is not built: node hack/gitops-tools/main.ts');
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-controllers-'));
  const logPath = join(dir, 'controllers.log');
  const server = await startServerProcess({
    name: 'argo-checks controllers',
    executable: argoChecks,
    args: ['controllers', kubeconfigPath()],
    logPath,
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const isRunning = async (): Promise<boolean> => readFileSync(logPath, 'utf8').includes('{"running":true}');
  try {
    const bounds = { deadlineMs: 60_000, signal: undefined };
    await waitForServer(server, isRunning, { what: 'the garbage collector', ...bounds });
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
