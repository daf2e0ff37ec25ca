import { createShapeJudge } from '../../src/adapters/manifests/node-eni-shape.ts';
import { parseManifests } from '../../src/adapters/manifests/parse-manifests.ts';
import type { LintArguments } from '../../src/cli/lint/lint-arguments.ts';
import type { LintReport } from '../../src/cli/lint/lint-finding.ts';
import type { CommandLineDeps } from '../../src/cli/command-line.ts';
import { runLint } from '../../src/cli/lint/run-lint.ts';
import { type ClusterState, type SourceFile, UnreadableInputError } from '../../src/cli/ports.ts';

const judgeShape = createShapeJudge();

/** What lint needs, with files and a cluster that are in memory. */
export function lintDeps(files: readonly SourceFile[], cluster?: ClusterState): CommandLineDeps {
  return {
    version: '1.2.3',
    files: {
      read: (path) => {
        const found = files.filter(({ name }) => name === path);
        if (found.length === 0) return Promise.reject(new UnreadableInputError(`cannot read ${path}`));
        return Promise.resolve(found);
      },
    },
    parse: parseManifests,
    newShapeJudge: () => judgeShape,
    readCluster: () =>
      cluster === undefined
        ? Promise.reject(new UnreadableInputError('cannot read the cluster'))
        : Promise.resolve(cluster),
  };
}

/** Lints texts as files, in their order; further ones that are not linted may stand for options. */
export function lintTexts(
  files: readonly SourceFile[],
  options: Partial<LintArguments> = {},
  cluster?: ClusterState,
): Promise<LintReport> {
  const args: LintArguments = {
    paths: files.map(({ name }) => name),
    isClusterRead: cluster !== undefined,
    isStrict: false,
    output: 'text',
    ...options,
  };
  return runLint(args, lintDeps(files, cluster));
}
