import { createHash } from 'node:crypto';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A Go program that tests of manifests use. */
export interface GitopsTool {
  readonly name: 'argo-checks' | 'gitops-checks' | 'promtool';
  /** Folder of its module, from the root. */
  readonly module: string;
  /** What `go build` is given. */
  readonly buildArguments: readonly string[];
}

/** The programs, by the modules that pin what they are made of. */
export const gitopsTools: readonly GitopsTool[] = [
  { name: 'argo-checks', module: 'test/gitops/argo', buildArguments: ['.'] },
  { name: 'gitops-checks', module: 'test/gitops/checks', buildArguments: ['.'] },
  {
    name: 'promtool',
    module: 'test/gitops/promtool',
    // The SDKs of a dozen clouds, by which Prometheus finds its targets, are left out.
    buildArguments: ['-tags', 'remove_all_sd', 'github.com/prometheus/prometheus/cmd/promtool'],
  },
];

const root = join(import.meta.dirname, '..', '..');

/** The folder in which every program has its own. */
export function toolsDirectory(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'multi-eni-operator', 'gitops-tools');
}

/** The folder of one program; changes with anything that changes what is built. */
export function toolDirectory(tool: GitopsTool, env: NodeJS.ProcessEnv): string {
  const hash = createHash('sha256').update(JSON.stringify(tool));
  const folder = join(root, tool.module);
  for (const name of readdirSync(folder).filter((file) => /\.(?:go|mod|sum)$/.test(file))) {
    hash.update(name).update(readFileSync(join(folder, name)));
  }
  const platform = `${process.platform}-${process.arch}`;
  return join(toolsDirectory(env), `${tool.name}-${platform}-${hash.digest('hex').slice(0, 12)}`);
}

/** Path of a program that has been built; undefined otherwise. */
export function findTool(name: GitopsTool['name'], env: NodeJS.ProcessEnv): string | undefined {
  const tool = gitopsTools.find((candidate) => candidate.name === name);
  if (tool === undefined) return undefined;
  const path = join(toolDirectory(tool, env), name);
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
