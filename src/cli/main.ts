#!/usr/bin/env node
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createManifestFiles } from '../adapters/manifests/manifest-files.ts';
import { createShapeJudge } from '../adapters/manifests/node-eni-shape.ts';
import { parseManifests } from '../adapters/manifests/parse-manifests.ts';
import { runCommandLine } from './command-line.ts';
import type { ReadCluster } from './ports.ts';

const VERSION = '0.1.0';

function kubeconfigPath(given: string | undefined): string {
  const fromEnvironment = process.env['KUBECONFIG'];
  if (given !== undefined) return given;
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  return join(homedir(), '.kube', 'config');
}

// The client for a cluster is loaded only when one is to be read.
const readCluster: ReadCluster = async (kubeconfig) => {
  const { readClusterState } = await import('../adapters/kubernetes/cluster-state.ts');
  return readClusterState(kubeconfigPath(kubeconfig));
};

// A reader such as `head` may have had enough before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { exitCode, stdout, stderr } = await runCommandLine(process.argv.slice(2), {
  files: createManifestFiles(process.stdin),
  parse: parseManifests,
  newShapeJudge: createShapeJudge,
  readCluster,
  version: VERSION,
});
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
