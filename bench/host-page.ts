import { readFile } from 'node:fs/promises';
import type { Machine } from '../hack/machine.ts';
import type { HostResult } from './host-bench.ts';

interface Stored {
  readonly machine: Machine;
  readonly host: HostResult;
}

/** Section of the page about the daemon, from the last run of its benchmark. */
export async function hostSection(): Promise<string> {
  const { machine, host }: Stored = JSON.parse(await readFile('bench/results/host.json', 'utf8'));
  const { appearsToConfiguredMs: times, atOnce, rssMiB, idle } = host;
  const rows: readonly (readonly [string, string, string])[] = [
    ['link appears to HostConfigured stored, p50', `${times.p50.toFixed(0)} ms`, '–'],
    ['link appears to HostConfigured stored, p99', `${times.p99.toFixed(0)} ms`, '≤ 1,000 ms'],
    [`${atOnce.links} links made at once, all stored`, `${atOnce.ms.toFixed(0)} ms`, '–'],
    ['RSS after the start', `${rssMiB.started.toFixed(0)} MiB`, '–'],
    ['RSS after all hot-plugs', `${rssMiB.after.toFixed(0)} MiB`, '≤ 70 MB (66.8 MiB)'],
    [`CPU in ${idle.seconds} idle seconds, ${idle.links} links`, `${idle.cpuSeconds.toFixed(2)} s`, '–'],
    [`Kubernetes writes in ${idle.seconds} idle seconds`, String(idle.writes), '0'],
  ];
  return [
    '## The daemon on a node',
    '',
    `Written by \`node bench/main.ts host\`: the built daemon in a network namespace, ${host.hotPlugs} hot-plugs of a link with MTU,`,
    'alternative name, address and policy routing, one after the other, against a real API server. The time runs from before',
    'the link is made until its condition is read back. CPU is that of the daemon and of the `ip` that it runs.',
    '',
    `Machine: ${machine.cores} cores (${machine.cpu}), Node ${machine.node}, ${machine.date}.`,
    '',
    '| what | measured | target |',
    '| --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}
