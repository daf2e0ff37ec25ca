import { readFile } from 'node:fs/promises';
import type { Machine } from '../hack/machine.ts';
import type { ProcessMemory } from './memory-of.ts';
import type { HostResult } from './host-bench.ts';

interface Stored {
  readonly machine: Machine;
  readonly host: HostResult;
}

const TARGET = '≤ 70 MB (66.8 MiB)';

function memoryText({ rss, pss, anonymous }: ProcessMemory): string {
  return `${rss.toFixed(1)} MiB (Pss ${pss.toFixed(1)}, anonymous ${anonymous.toFixed(1)})`;
}

/** Section of the page about the daemon, from the last run of its benchmark. */
export async function hostSection(): Promise<string> {
  const { machine, host }: Stored = JSON.parse(await readFile('bench/results/host.json', 'utf8'));
  const { appearsToConfiguredMs: times, atOnce, memory, idle } = host;
  const rows: readonly (readonly [string, string, string])[] = [
    ['link appears to HostConfigured stored, p50', `${times.p50.toFixed(0)} ms`, '–'],
    ['link appears to HostConfigured stored, p99', `${times.p99.toFixed(0)} ms`, '≤ 1,000 ms'],
    [`${atOnce.links} links made at once, all stored`, `${atOnce.ms.toFixed(0)} ms`, '–'],
    ['RSS after the start', memoryText(memory.started), '–'],
    ['RSS after all hot-plugs', memoryText(memory.after), TARGET],
    [`RSS after ${idle.seconds} further idle seconds, ${idle.links} links`, memoryText(memory.idle), TARGET],
    ['RSS of a Node.js with the same flags that runs nothing', memoryText(memory.bare), '–'],
    [`CPU in ${idle.seconds} idle seconds, ${idle.links} links`, `${idle.cpuSeconds.toFixed(2)} s`, '–'],
    [`Kubernetes writes in ${idle.seconds} idle seconds`, String(idle.writes), '0'],
  ];
  return [
    '## The daemon on a node',
    '',
    `Written by \`node bench/main.ts host\`: the built daemon in a network namespace, ${host.hotPlugs} hot-plugs of a link with MTU,`,
    'alternative name, address and policy routing, one after the other, against a real API server. The time runs from before',
    'the link is made until its condition is read back. CPU is that of the daemon and of the `ip` that it runs. Most of the',
    'RSS that is not anonymous is the text of the Node.js program, which processes of one image on a node share.',
    '',
    `Machine: ${machine.cores} cores (${machine.cpu}), Node ${machine.node}, ${machine.date}.`,
    '',
    '| what | measured | target |',
    '| --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}
