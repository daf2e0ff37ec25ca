/** The right to change the world, as of now. */
export interface Fence {
  /**
   * True when a call that is started now and takes at most `budgetMs` ends while nobody else can lead. Ask right before
   * every mutating call, and give the call that limit.
   */
  isHeld(budgetMs: number): boolean;
  /** Aborts when the leadership ends, by loss or by release. */
  readonly signal: AbortSignal;
}

/** The Lease could not be renewed in time, or somebody else holds it. The process should end. */
export class LeadershipLostError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeadershipLostError';
  }
}
