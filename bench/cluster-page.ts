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
    '(`--ec2-share=1`) as processes on one machine, in real time; the operator with a heap of at most 128 MiB, as in a container of 256 MiB. Every node gets one ENI of each NodeENI. `steady` is 20 s with',
    'nothing to do; half of the nodes is removed by terminating the instances and deleting the Node objects. Writes to the Lease are left out.',
    '',
    ...runs.flatMap((run) => runSection(run)),
  ].join('\n');
}
