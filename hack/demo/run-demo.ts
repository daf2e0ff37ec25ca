import type { DemoArguments } from './parse-arguments.ts';
import { buildIfStale } from './build-if-stale.ts';
import { type DemoWorld, startDemoWorld } from './demo-world.ts';
import type { Narrator } from './narrator.ts';
import { createObserver } from './observer.ts';
import * as scenario from './scenario.ts';

/** What the demo needs. */
export interface DemoDeps {
  readonly wanted: DemoArguments;
  readonly narrator: Narrator;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
