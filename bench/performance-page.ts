import { mkdir, writeFile } from 'node:fs/promises';
import { hostSection } from './host-page.ts';
import type { Machine } from '../hack/machine.ts';
import { clusterRunSection } from './cluster-page.ts';
import { type BenchWorldOptions, NODES_PER_NODE_ENI, type Span, writesOf } from './bench-world.ts';
import { renderPlot } from './plot.ts';
import type { PlannerPoint } from './planner-bench.ts';

/** What was measured of one size and share. */
export interface EngineResult extends BenchWorldOptions {
  readonly enis: number;
  readonly attach: Span;
  readonly restart?: Span;
  readonly idleHour?: Span;
  readonly deletion?: Span;
}

/** All results of one run of the benchmarks. */
export interface BenchResults {
  readonly machine: Machine;
  readonly planner: readonly PlannerPoint[];
  readonly engine: readonly EngineResult[];
}

type Row = readonly [what: string, measured: string, target: string];

function rounded(value: number, digits = 2): string {
  return value.toFixed(digits).replace(/\.?0+$/, '');
}

function perEni(span: Span, enis: number): string {
  return `${rounded(span.mutatingCalls / enis)} mutating + ${rounded(span.readCalls / enis)} reads`;
}

/** Seconds in which 1,000 ENIs are to be attached. */
function attachTarget({ enis, ec2Share }: EngineResult): string {
  if (enis === 1_000) return ec2Share === 1 ? '≤ 200 s' : '≤ 285 s';
  return '–';
}

function nameOf({ nodes, enis, ec2Share, nodesPerNodeEni }: EngineResult): string {
  const owner = nodesPerNodeEni === nodes ? ', one NodeENI' : '';
  return `${enis} ENIs on ${nodes} nodes${owner}, share ${ec2Share}`;
}

/** A target is one for many ENIs: a few share no reads with others. */
function targetOf({ enis }: EngineResult, target: string): string {
  return enis < 1_000 ? '–' : target;
}

function attachRows(result: EngineResult): Row[] {
  const { enis, attach } = result;
  const of = nameOf(result);
  const calls = attach.mutatingCalls + attach.readCalls;
  return [
    [`attach: time, ${of}`, `${rounded(attach.seconds, 1)} s`, attachTarget(result)],
    [`attach: EC2 calls per ENI, ${of}`, perEni(attach, enis), targetOf(result, '3 mutating + ≤ 0.2 reads')],
    [`attach: throttled calls, ${of}`, `${rounded((attach.throttledCalls / calls) * 100)} %`, '< 0.1 %'],
    [`attach: Kubernetes writes per ENI, ${of}`, rounded(writesOf(attach) / enis), '≤ 6'],
  ];
}

function otherRows(result: EngineResult): Row[] {
  const { nodes, enis, deletion, restart, idleHour } = result;
  const rows: Row[] = [];
  const of = nameOf(result);
  if (deletion !== undefined) {
    rows.push([`delete: time, ${of}`, `${rounded(deletion.seconds, 1)} s`, '–']);
    rows.push([`delete: EC2 calls per ENI, ${of}`, perEni(deletion, enis), '2 mutating + ≤ 0.2 reads']);
  }
  if (restart !== undefined) {
    const { readCalls, mutatingCalls, seconds } = restart;
    rows.push([
      `restart with ${enis} ENIs on ${nodes} nodes: first to last EC2 call`,
      `${rounded(seconds)} s, ${readCalls} reads, ${mutatingCalls} mutating, ${writesOf(restart)} Kubernetes writes`,
      enis === 5_000 ? '≤ 5 s, 0 mutating' : '0 mutating',
    ]);
  }
  if (idleHour !== undefined) {
    const calls = idleHour.readCalls + idleHour.mutatingCalls;
    const target = nodes === 1_000 ? '≤ 60 calls, 0 writes' : '0 writes';
    rows.push([
      `idle hour, ${nodes} nodes × ${enis / nodes} ENIs`,
      `${calls} calls, ${writesOf(idleHour)} writes`,
      target,
    ]);
  }
  return rows;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row))];
}

const COST_HEAD = ['ENIs', 'nodes', 'nodes per NodeENI', 'share', 'virtual time, s', 'wall time, s'];
const PER_ENI_HEAD = ['CPU, ms per ENI', 'heap, KiB per ENI', 'watch, KiB per ENI'];

function costRows(engine: readonly EngineResult[]): string[][] {
  return engine.map(({ enis, nodes, nodesPerNodeEni = NODES_PER_NODE_ENI, ec2Share, attach }) => [
    String(enis),
    String(nodes),
    String(Math.min(nodes, nodesPerNodeEni)),
    String(ec2Share),
    rounded(attach.seconds, 1),
    rounded(attach.wallSeconds, 1),
    rounded((attach.cpuSeconds * 1000) / enis, 1),
    rounded(attach.heapGrowthBytes / 1024 / enis, 1),
    rounded(attach.watchBytes / 1024 / enis, 1),
  ]);
}

function page({ machine, planner, engine }: BenchResults): string {
  return [
    '# Performance',
    '',
    'Written by `npm run bench` from `bench/results`. The operator, its EC2 adapter and the EC2 simulator run in one process',
    'on virtual time: seconds are seconds of that time, in which computing costs nothing. The simulator applies the documented',
    'token buckets and draws the durations of calls, attaches and detaches (profile `default-quota`, 50,000 interfaces).',
    `Kubernetes is in memory (see \`test/crash\`). One NodeENI selects ${NODES_PER_NODE_ENI} nodes unless another number is named.`,
    '`npm run bench -- --help` names the parts that can be run alone, and what each rewrites.',
    '',
    `Machine: ${machine.cores} cores (${machine.cpu}), Node ${machine.node}, ${machine.date}.`,
    '',
    '## EC2 and Kubernetes calls',
    '',
    ...table(
      ['what', 'measured', 'target'],
      engine.flatMap((each) => [...attachRows(each), ...otherRows(each)]),
    ),
    '',
    '![Time to attach](images/bench-attach.svg)',
    '',
    '## Cost of attaching',
    '',
    'Wall time, CPU and heap are those of operator, simulator and harness together, in one process on a machine shared with',
    'other work: the operator alone takes less. The heap holds every version of every object and every EC2 call that the',
    'harness keeps to judge by. Watch: what one watcher of NodeENIs and NodeENIAttachments is sent, as JSON.',
    '',
    ...table([...COST_HEAD, ...PER_ENI_HEAD], costRows(engine)),
    '',
    '## Reconcile of one NodeENI over many nodes',
    '',
    'Wall time, caches warm, writes free. The first reconcile plans and writes one attachment per node; the steady one is the',
    'median when nothing is to be done.',
    '',
    ...table(
      ['nodes', 'first, ms', 'steady, ms'],
      planner.map(({ nodes, firstReconcileMs, steadyReconcileMs }) => [
        String(nodes),
        rounded(firstReconcileMs, 1),
        rounded(steadyReconcileMs, 1),
      ]),
    ),
    '',
    '![Reconcile time](images/bench-planner.svg)',
    '',
  ].join('\n');
}

/** Writes docs/performance.md and its plots. */
export async function writePerformancePage(results: BenchResults): Promise<void> {
  const { engine, planner } = results;
  await mkdir('docs/images', { recursive: true });
  await writeFile(
    'docs/performance.md',
    `${page(results)}\n${await hostSection()}\n${await clusterRunSection()}`.trimEnd() + '\n',
  );
  const shares = [...new Set(engine.map(({ ec2Share }) => ec2Share))];
  await writeFile(
    'docs/images/bench-attach.svg',
    renderPlot({
      title: 'Time to attach, default quota',
      x: 'ENIs',
      y: 'virtual seconds',
      series: shares.map((share) => ({
        name: `share ${share}`,
        points: engine
          .filter(({ ec2Share, nodesPerNodeEni }) => ec2Share === share && nodesPerNodeEni === undefined)
          .map(({ enis, attach }) => [enis, attach.seconds] as const)
          .toSorted(([a], [b]) => a - b),
      })),
    }),
  );
  await writeFile(
    'docs/images/bench-planner.svg',
    renderPlot({
      title: 'Steady reconcile of one NodeENI',
      x: 'nodes',
      y: 'milliseconds',
      series: [
        {
          name: 'steady',
          points: planner.map(({ nodes, steadyReconcileMs }) => [nodes, steadyReconcileMs] as const),
        },
      ],
    }),
  );
}
