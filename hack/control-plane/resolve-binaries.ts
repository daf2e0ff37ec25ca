import { join } from 'node:path';
import { PrerequisiteError } from './prerequisite-error.ts';
import { programNames } from './release.ts';

/** Absolute paths of the programs of a control plane. */
export interface ControlPlaneBinaries {
  readonly etcd: string;
  readonly kubeApiServer: string;
  readonly kubectl: string;
}

/** A way to get the programs: the folder that holds them now, or why it did not work. */
export type Attempt = { readonly folder: string } | { readonly reason: string };

/** Where programs may come from. */
export interface BinarySources {
  /** Value of `KUBEBUILDER_ASSETS`. */
  readonly assetsDir: string | undefined;
  /** Folders of our cache, the best first. */
  readonly cacheDirs: readonly string[];
  readonly isExecutable: (path: string) => boolean;
  readonly download: () => Promise<Attempt>;
  readonly build: () => Promise<Attempt>;
  /** Runs the costly ways one process at a time. */
  readonly exclusively: <T>(action: () => Promise<T>) => Promise<T>;
  /** Go version that the build needs, for the message. */
  readonly goVersion: string;
}

/**
 * Finds the programs: `KUBEBUILDER_ASSETS`, our cache, the official archive, a build.
 * @throws PrerequisiteError when `KUBEBUILDER_ASSETS` is incomplete, or no way works; the message names each way.
 */
export async function resolveBinaries(sources: BinarySources): Promise<ControlPlaneBinaries> {
  const { assetsDir } = sources;
  if (assetsDir !== undefined && assetsDir !== '') {
    const missing = programNames.filter((name) => !sources.isExecutable(join(assetsDir, name)));
    if (missing.length > 0) {
      throw new PrerequisiteError(
        `KUBEBUILDER_ASSETS=${assetsDir} lacks ${missing.join(', ')}; complete the folder or unset the variable`,
      );
    }
    return binariesIn(assetsDir);
  }
  const cached = findCached(sources);
  return cached ?? sources.exclusively(async () => findCached(sources) ?? obtain(sources));
}

function findCached(sources: BinarySources): ControlPlaneBinaries | undefined {
  const folder = sources.cacheDirs.find((dir) =>
    programNames.every((name) => sources.isExecutable(join(dir, name))),
  );
  return folder === undefined ? undefined : binariesIn(folder);
}

async function obtain(sources: BinarySources): Promise<ControlPlaneBinaries> {
  const downloaded = await sources.download();
  if ('folder' in downloaded) {
    return binariesIn(downloaded.folder);
  }
  const built = await sources.build();
  if ('folder' in built) {
    return binariesIn(built.folder);
  }
  throw new PrerequisiteError(
    [
      `cannot get ${programNames.join(', ')}:`,
      '  KUBEBUILDER_ASSETS is not set',
      `  nothing cached in ${sources.cacheDirs.join(' or ')}`,
      `  download: ${downloaded.reason}`,
      `  build: ${built.reason}`,
      `Install Go ${sources.goVersion} or later (with a module proxy in reach), or set KUBEBUILDER_ASSETS to a folder with the three programs.`,
    ].join('\n'),
  );
}

function binariesIn(folder: string): ControlPlaneBinaries {
  return {
    etcd: join(folder, 'etcd'),
    kubeApiServer: join(folder, 'kube-apiserver'),
    kubectl: join(folder, 'kubectl'),
  };
}
