/** When, relative to one call, the process that makes it dies, or that its reply is lost and the process lives on. */
export type CrashVariant = 'before the call' | 'reply lost' | 'after the reply' | 'reply lost, process lives';

/** All variants, in the order in which they are run. */
export const CRASH_VARIANTS: readonly CrashVariant[] = [
  'before the call',
  'reply lost',
  'after the reply',
  'reply lost, process lives',
];

/** One external call of the operator. */
export interface Boundary {
  /** Counted from 0 over all processes of a world. */
  readonly index: number;
  /** EC2 action, or what is written to Kubernetes. */
  readonly name: string;
  /** The phase of the scenario in which it is made. */
  readonly phase: string;
  /** Counted from 0 over the calls of that name in that phase. */
  readonly occurrence: number;
}

/** Says what happens at a boundary. */
export type CrashPlan = (boundary: Boundary) => CrashVariant | undefined;

/** Counts the external calls of all processes of a world: every EC2 call and every Kubernetes write. */
export class Boundaries {
  readonly crossed: Boundary[] = [];
  readonly #plan: CrashPlan;
  #phase = 'start';
  #struck = 0;
  #occurrences = new Map<string, number>();

  constructor(plan: CrashPlan = () => undefined) {
    this.#plan = plan;
  }

  get count(): number {
    return this.crossed.length;
  }

  /** At how many of them something happened. */
  get struck(): number {
    return this.#struck;
  }

  /** Names of the calls, in order. */
  get names(): string[] {
    return this.crossed.map(({ name }) => name);
  }

  /** A phase of the scenario begins. */
  enter(phase: string): void {
    this.#phase = phase;
    this.#occurrences = new Map();
  }

  /** One more call is about to be made. */
  cross(name: string): CrashVariant | undefined {
    const occurrence = this.#occurrences.get(name) ?? 0;
    this.#occurrences.set(name, occurrence + 1);
    const boundary: Boundary = { index: this.crossed.length, name, phase: this.#phase, occurrence };
    this.crossed.push(boundary);
    const variant = this.#plan(boundary);
    if (variant !== undefined) this.#struck += 1;
    return variant;
  }
}
