import { readdir, readFile } from 'node:fs/promises';
import type { ClusterPhase, ClusterRun } from './cluster-run.ts';

const RESULTS = 'bench/results';

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}

function phaseRow({ name, seconds, ec2Calls, throttledCalls, ...rest }: ClusterPhase): string {
  const { kubernetesWrites, residentMiB, cpuSeconds } = rest;
  const cells = [
    name,
    `${seconds.toFixed(1)} s`,
    String(sum(ec2Calls)),
    String(throttledCalls),
    String(sum(kubernetesWrites)),
    `${cpuSeconds.toFixed(1)} s`,
    `${residentMiB.toFixed(0)} MiB`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function runSection({ profile, nodes, nodeEnis, machine, phases }: ClusterRun): string[] {
  return [
    `### ${nodes} nodes × ${nodeEnis} NodeENIs, profile \`${profile}\``,
    '',
    `Machine: ${machine.cores} cores (${machine.cpu}) for all processes together, Node ${machine.node}, ${machine.date}.`,
    '',
    '| phase | time | EC2 calls | throttled | Kubernetes writes | CPU of the operator | RSS of the operator |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...phases.map((phase) => phaseRow(phase)),
    '',
    'EC2 calls by action, and writes as the API server counts them:',
    '',
    ...phases.flatMap(({ name, ec2Calls, kubernetesWrites }) => [
      `- ${name}: ${listed(ec2Calls)}; ${listed(kubernetesWrites)}`,
    ]),
    '',
  ];
}

async function readRuns(): Promise<ClusterRun[]> {
  const names = (await readdir(RESULTS)).filter((name) => name.startsWith('cluster-run-'));
  return Promise.all(
    names.toSorted().map(async (name) => {
      const run: ClusterRun = JSON.parse(await readFile(`${RESULTS}/${name}`, 'utf8'));
      return run;
    }),
  );
}

/** The section on runs with a real API server, from their result files; empty when there are none. */
export async function clusterRunSection(): Promise<string> {
  const runs = await readRuns();
  if (runs.length === 0) return '';
  return [
    '## On a real API server',
    '',
    'Written by `npm run bench -- cluster [PROFILE [NODES [NODEENIS]]]`: etcd, kube-apiserver, the simulator and the built operator',
    '(`--ec2-share=1`; without quotas of its own where the profile has none) as processes on one machine, in real time. Every',
    'node gets one ENI of each NodeENI. `steady` is 20 s with',
    'nothing to do; half of the nodes is removed by terminating the instances and deleting the Node objects. Writes to the Lease are left out.',
    '',
    'The operator finds a service account, as a pod does, and runs with the variables of `config/manager/deployment.yaml`.',
    'The run with 5 NodeENIs of 2026-11-22 shared the machine with other work (load 4 to 60), so that its times and its CPU are worse',
    'than they have to be, and was ended after `steady`. Events of Nodes that became ready are written at a limited rate, which is why some',
    'fall into `steady`.',
    '',
    '### Memory',
    '',
    'What the memory of the operator depends on, as measured on 2026-11-22. RSS after all are attached, profile `instant`; each of',
    'the first three rows builds on those above it. About 57 MiB of each are pages of the node binary and of libraries.',
    '',
    '| what | size | before | after |',
    '| --- | --- | --- | --- |',
    '| bundle without the schemas of EC2 operations that nothing calls, without comments and blanks | 1,000 × 2 | 191 to 197 MiB | 174 MiB |',
    '| `MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072` | 1,000 × 2 | 174 MiB | 150 MiB |',
    '| `--max-semi-space-size=4` instead of 8 | 1,000 × 2 | 150 MiB | 135 MiB |',
    '| compaction where a fifth of a page is free (`--optimize-for-size`, which the operator sets itself) | 400 × 2 | 121 MiB, 14.5 s CPU | 110 MiB, 19.1 s CPU |',
    '',
    'Node.js 24 lets the young generation grow to 128 MiB where `--max-semi-space-size` is not set.',
    '',
    ...runs.flatMap((run) => runSection(run)),
  ].join('\n');
}
