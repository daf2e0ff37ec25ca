import { setTimeout as delay } from 'node:timers/promises';
import { buildIfStale } from './build-if-stale.ts';
import { type DemoWorld, DemoWorldError, startDemoWorld } from './demo-world.ts';
import type { Narrator } from './narrator.ts';
import { createObserver } from './observer.ts';
import type { DemoArguments } from './parse-arguments.ts';
import {
  attachEverywhere,
  deleteNodeEni,
  makeMistake,
  mistakeArguments,
  proveNothingLeft,
  SAMPLE,
  type ScenarioDeps,
  unlabelArguments,
  unlabelNode,
} from './scenario.ts';
import { shellEnvironment } from './shell-environment.ts';

/** What the demo needs. */
export interface DemoDeps {
  readonly wanted: DemoArguments;
  readonly narrator: Narrator;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

interface Play extends ScenarioDeps, DemoDeps {}

/**
 * Runs the demo from an empty machine to an empty machine.
 * @throws DemoWorldError when a step fails, naming the folder with the logs; the signal's reason when aborted. Every
 * process has ended by then. With `keep`, an abort after the sample is Ready is the ordinary end.
 */
export async function runDemo(deps: DemoDeps): Promise<void> {
  const { narrator, signal, wanted } = deps;
  narrator.heading('multi-eni-operator on this machine: nothing here reaches AWS');
  await buildIfStale({ signal, say: narrator.say });
  const world = await startDemoWorld({
    ...wanted,
    signal,
    onStarted: (what, details) => narrator.say(`${what.padEnd(14)} ${details}`),
  });
  try {
    const { dir, kubeconfig, operator, simulator } = world;
    narrator.finish('started', { dir, kubeconfig, ec2Endpoint: simulator.url, operatorPid: operator.pid });
    await play({ ...deps, world, observer: createObserver(world, SAMPLE.nodeEni, narrator.show) });
    await world.close();
  } catch (error) {
    const cause = await causeOf(world, error);
    await world.close({ keepFolder: !signal.aborted });
    signal.throwIfAborted();
    throw new DemoWorldError(cause, world.dir);
  }
}

/** A call may fail because its server died, before the death itself is noticed. */
async function causeOf(world: DemoWorld, error: unknown): Promise<unknown> {
  if (!world.signal.aborted) {
    await delay(500, undefined, { signal: world.signal }).catch(() => undefined);
  }
  return world.signal.aborted ? world.signal.reason : error;
}

async function play(deps: Play): Promise<void> {
  await showReady(deps);
  if (deps.wanted.keep) {
    await stayUp(deps);
    return;
  }
  await showMistake(deps);
  await showUnlabelled(deps);
  await showDeleted(deps);
  deps.narrator.heading('Done');
  deps.narrator.say(`kubeconfig was ${deps.world.kubeconfig}; it is removed with everything else`);
  deps.narrator.say('npm run demo -- --keep leaves all of it running to play with');
  deps.narrator.finish('done', { kubeconfig: deps.world.kubeconfig });
}

async function showReady(deps: Play): Promise<void> {
  const { narrator, world } = deps;
  narrator.heading(`$ kubectl apply -f ${SAMPLE.path}`);
  const snapshot = await attachEverywhere(deps);
  narrator.settle(snapshot);
  narrator.heading('$ kubectl get neni,nea');
  narrator.say((await world.kubectl.mustRun(['get', 'neni,nea'])).trimEnd());
  narrator.finish('ready', { ...snapshot.nodeEni, rows: snapshot.rows, ec2Calls: snapshot.ec2Calls });
}

async function stayUp({ narrator, observer, signal, world }: Play): Promise<void> {
  const environment = shellEnvironment({ kubeconfig: world.kubeconfig, url: world.simulator.url });
  const lastNode = world.nodes.at(-1)?.name ?? '';
  narrator.heading('All of it stays up. In another terminal:');
  for (const [name, value] of Object.entries(environment)) narrator.say(`export ${name}=${value}`);
  narrator.say(
    [
      `kubectl ${shellWords(unlabelArguments(lastNode))}`,
      `kubectl describe nodeeni ${SAMPLE.nodeEni}`,
      `logs are in ${world.dir}`,
    ].join('\n'),
  );
  narrator.heading(`Ctrl-C here, or kill ${process.pid}, ends and removes everything.`);
  narrator.finish('kept', { environment, dir: world.dir, stopPid: process.pid });
  try {
    await observer.watch();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function showMistake(deps: Play): Promise<void> {
  deps.narrator.heading(`$ kubectl ${shellWords(mistakeArguments())}`);
  const refusal = await makeMistake(deps);
  deps.narrator.say(refusal);
  deps.narrator.finish('refused', { message: refusal });
}

async function showUnlabelled(deps: Play): Promise<void> {
  const node = deps.world.nodes.at(-1)?.name ?? '';
  deps.narrator.heading(`$ kubectl ${shellWords(unlabelArguments(node))}`);
  const snapshot = await unlabelNode(deps, node);
  deps.narrator.settle(snapshot);
  deps.narrator.finish('unlabelled', { node, ec2Calls: snapshot.ec2Calls });
}

async function showDeleted(deps: Play): Promise<void> {
  deps.narrator.heading(`$ kubectl delete nodeeni ${SAMPLE.nodeEni}`);
  const snapshot = await deleteNodeEni(deps);
  await proveNothingLeft(deps);
  deps.narrator.settle(snapshot);
  deps.narrator.say('EC2 DescribeNetworkInterfaces finds no ENI with the tag of the operator any more');
  deps.narrator.finish('deleted', { ec2Calls: snapshot.ec2Calls, enisLeft: 0 });
}

/** Words as one would type them. */
function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w./=:-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
