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
    'The operator runs with `NODE_OPTIONS=--max-semi-space-size=8 --max-old-space-size=128`. Node.js 24 lets the young',
    'generation grow to 128 MiB; V8 begins to mark the old one as soon as that might not fit into what is left of the heap, so with',
    'a small heap and no `--max-semi-space-size` it marks all the time. Set both where the container is small. With 5,000 ENIs and',
    '128 MiB a quarter of the CPU of the attach went into garbage collection. About 55 MiB of the RSS are pages of the node binary.',
    'The runs of 2026-11-22 shared the machine with other work (load 4 to 18). Those with 2 NodeENIs read a kubeconfig, whose library',
    'takes 35 MiB that a pod does not need; the one with 5 ran with a service account, as a pod, and was ended after `steady`.',
    '',
    ...runs.flatMap((run) => runSection(run)),
  ].join('\n');
}
