/** When, relative to one call, the process that makes it dies, or that its reply is lost and the process lives on. */
export type CrashVariant = 'before the call' | 'reply lost' | 'after the reply' | 'reply lost, process lives';

/** All variants, in the order in which they are run. */
export const CRASH_VARIANTS: readonly CrashVariant[] = [
  'before the call',
  'reply lost',
  'after the reply',
  'reply lost, process lives',
];

/** Says what happens at the `index`th external call, counted from 0 over all processes of a world. */
export type CrashPlan = (index: number, name: string) => CrashVariant | undefined;

/** Counts the external calls of all processes of a world: every EC2 call and every Kubernetes write. */
export class Boundaries {
  readonly names: string[] = [];
  readonly #plan: CrashPlan;

  constructor(plan: CrashPlan = () => undefined) {
    this.#plan = plan;
  }

  get count(): number {
    return this.names.length;
  }

  /** One more call is about to be made. */
  cross(name: string): CrashVariant | undefined {
    this.names.push(name);
    return this.#plan(this.names.length - 1, name);
  }
}
