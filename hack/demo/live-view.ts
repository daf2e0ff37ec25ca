import { renderChanges, renderCounters, renderTable } from './progress-view.ts';
import type { Snapshot } from './snapshot.ts';

/** Where text goes: a terminal, or anything else. */
export interface TextOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly write: (text: string) => unknown;
}

/** Lines of text with, in between, something that changes. */
export interface LiveView {
  /** Lines that stay; what was live stays above them as it was last. */
  readonly say: (text: string) => void;
  /** On a terminal a table redrawn in place; elsewhere a line for each change. */
  readonly show: (snapshot: Snapshot) => void;
  /** What came of it, where no table says so already. */
  readonly settle: (snapshot: Snapshot) => void;
}

/** Writes to `output`. */
export function createLiveView(output: TextOutput): LiveView {
  let drawnLines = 0;
  let previous: Snapshot | undefined;
  const redraw = (snapshot: Snapshot): void => {
    // One column less, because a full line moves the cursor on some terminals only.
    const room = { columns: (output.columns ?? 80) - 1, rows: output.rows ?? 24 };
    const lines = renderTable(snapshot, room);
    // ECMA-48: CUU n lines up, then ED clears from there to the end of the screen.
    const rewind = drawnLines > 0 ? `\u001B[${drawnLines}A\u001B[J` : '';
    output.write(`${rewind}${lines.join('\n')}\n`);
    drawnLines = lines.length;
  };
  return {
    say: (text) => {
      drawnLines = 0;
      output.write(`${text}\n`);
    },
    show: (snapshot) => {
      if (output.isTTY === true) redraw(snapshot);
      else for (const line of renderChanges(previous, snapshot)) output.write(`  ${line}\n`);
      previous = snapshot;
    },
    settle: (snapshot) => {
      if (output.isTTY !== true) output.write(`  ${renderCounters(snapshot)}\n`);
    },
  };
}
