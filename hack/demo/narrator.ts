import { createLiveView, type TextOutput } from './live-view.ts';
import type { Snapshot } from './snapshot.ts';

/** The stages of the demo, in order; `kept` only with --keep, `failed` or `stopped` instead of what is left. */
type Stage =
  'started' | 'ready' | 'kept' | 'refused' | 'unlabelled' | 'deleted' | 'done' | 'failed' | 'stopped';

/** Tells what happens: to people, or to programs. */
export interface Narrator {
  /** A stage begins. People only. */
  readonly heading: (text: string) => void;
  /** Details. People only. */
  readonly say: (text: string) => void;
  /** The world as it is now. People only. */
  readonly show: (snapshot: Snapshot) => void;
  /** The world as it was when a wait ended. People only. */
  readonly settle: (snapshot: Snapshot) => void;
  /** A stage has ended with these facts. Programs only. */
  readonly finish: (stage: Stage, facts: Readonly<Record<string, unknown>>) => void;
}

/** Text for people. */
export function createTextNarrator(output: TextOutput): Narrator {
  const view = createLiveView(output);
  return {
    heading: (text) => view.say(`\n${text}`),
    say: (text) => view.say(text.replaceAll(/^(?=.)/gm, '  ')),
    show: view.show,
    settle: view.settle,
    finish: () => undefined,
  };
}

/** One JSON line per stage: `stage`, `elapsedMs` since the start, and the stage's facts. */
export function createJsonNarrator(output: TextOutput, monotonicMs: () => number): Narrator {
  const startedAt = monotonicMs();
  return {
    heading: () => undefined,
    say: () => undefined,
    show: () => undefined,
    settle: () => undefined,
    finish: (stage, facts) => {
      const elapsedMs = Math.round(monotonicMs() - startedAt);
      output.write(`${JSON.stringify({ stage, elapsedMs, ...facts })}\n`);
    },
  };
}
