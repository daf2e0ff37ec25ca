/** Something that lives as long as the program or a part of it. */
export interface Runnable {
  /** For logs and health messages. */
  readonly name: string;
  /**
   * Runs until `signal` aborts, which means stop now; resolves when all is stopped and rejects when it cannot go on.
   * Called once.
   */
  start(signal: AbortSignal): Promise<void>;
  /** Resolves when it does what others wait for. */
  ready?(): Promise<void>;
  /** Takes no new work from now on and resolves when the work at hand is finished. */
  drain?(): Promise<void>;
}
