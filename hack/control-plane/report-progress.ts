/** Tells a person what takes long. */
export interface Progress {
  /** One line that stays. */
  readonly say: (line: string) => void;
  /**
   * Shows a changing state until the returned function is called: in place on a terminal, else as a line every
   * 15 seconds. `state` gets the whole seconds since the start.
   */
  readonly watch: (state: (elapsedSeconds: number) => string) => () => void;
}

/** Where progress is written to. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

const prefix = 'control-plane: ';

/** Progress for a terminal or a log. */
export function createProgress(output: ProgressOutput): Progress {
  const isTerminal = output.isTTY === true;
  return {
    say: (line) => void output.write(`${prefix}${line}\n`),
    watch: (state) => {
      const start = performance.now();
      const show = (): void => {
        const line = prefix + state(Math.round((performance.now() - start) / 1000));
        // Return to the first column and clear what a longer line left (ECMA-48 EL).
        output.write(isTerminal ? `\r${line}\u001B[K` : `${line}\n`);
      };
      show();
      const timer = setInterval(show, isTerminal ? 1_000 : 15_000);
      return () => {
        clearInterval(timer);
        show();
        if (isTerminal) {
          output.write('\n');
        }
      };
    },
  };
}
