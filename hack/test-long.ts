import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { playLongRun, renderLongRun } from '../test/crash/long-run.ts';
import { describeMachine } from './machine.ts';

/** Component tests, and the contract of images, that do more when `TEST_LONG` is set. */
const LONG_COMPONENT_TESTS = [
  'hack/image/image.contract',
  'test/component/api-faults',
  'test/component/api-server-gone',
  'test/component/api-token',
  'test/component/crash-safety',
  'test/component/drift',
  'test/component/ec2-budget',
  'test/component/foreign-faults',
  'test/component/full-disk',
  'test/component/half-open-watch',
  'test/component/hundred-nodes',
  'test/component/idle',
  'test/component/many-events',
  'test/component/retention',
  'test/component/shutdown',
  'test/component/two-operators',
  'test/component/webhook-fuzz',
  'test/component/webhook-races',
  'test/component/webhook-rotation',
];
const RESULTS = 'test/results';
/** Enough for every class of boundaries on a machine that does nothing else. */
const DEFAULT_MINUTES = 60;
const SEEDS = 200;
/** A third of the seeds begin with a takeover: what only they show needs three times as many. What few seeds show needs thousands. */
const DEFAULT_MOST_SEEDS = 800;

function machineLine(): string {
  const { cores, cpu, node, date } = describeMachine(new Date());
  return `Machine: ${cores} cores (${cpu}), Node ${node}, ${date}`;
}

async function crashPoints(limitMs: number, mostSeeds: number): Promise<boolean> {
  const result = await playLongRun({
    seeds: SEEDS,
    mostSeeds,
    limitMs,
    onProgress: (line) => process.stdout.write(`${line}\n`),
  });
  await writeFile(`${RESULTS}/crash-points.md`, renderLongRun(result, machineLine()));
  return result.violations.length === 0;
}

/** Whether the long component tests pass; their summary becomes a result file. */
async function componentTests(): Promise<boolean> {
  const startedAtMs = performance.now();
  const child = spawn(
    'vitest',
    ['run', '--project', 'component', '--project', 'contract', ...LONG_COMPONENT_TESTS],
    {
      env: { ...process.env, TEST_LONG: '1', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  const [code] = await once(child, 'close');
  const summary = output.split('\n').filter((line) => /^\s*(?:Test Files|Tests) /.test(line));
  const text = [
    '# Long component tests',
    '',
    `Written by \`npm run test:long\`: ${LONG_COMPONENT_TESTS.map((name) => `\`${name}\``).join(', ')} with \`TEST_LONG=1\`.`,
    '',
    ...summary.map((line) => `- ${line.trim().replaceAll(/\s+/g, ' ')}`),
    `- Duration: ${Math.round((performance.now() - startedAtMs) / 1000)} s`,
    `- ${machineLine()}`,
  ];
  await writeFile(`${RESULTS}/component.md`, `${text.join('\n')}\n`);
  return code === 0;
}

const [part = 'all', minutes = String(DEFAULT_MINUTES), mostSeeds = String(DEFAULT_MOST_SEEDS)] =
  process.argv.slice(2);
const areNumbers = Number(minutes) > 0 && Number(mostSeeds) > 0;
if (!['all', 'crash-points', 'component'].includes(part) || !areNumbers) {
  process.stderr.write(
    'Usage: node hack/test-long.ts [all | crash-points | component] [MINUTES [MOST_SEEDS]]\n',
  );
  process.exitCode = 2;
} else {
  await mkdir(RESULTS, { recursive: true });
  const areCrashPointsSafe =
    part === 'component' || (await crashPoints(Number(minutes) * 60_000, Number(mostSeeds)));
  const arePassed = part === 'crash-points' || (await componentTests());
  process.exitCode = areCrashPointsSafe && arePassed ? 0 : 1;
}
