import type { Position } from '../ports.ts';

/** One thing that lint has to say about a place in a file. */
export interface LintFinding extends Position {
  readonly file: string;
  /** `error` where the API server, a webhook or kubectl would refuse; `warning` where they would only tell. */
  readonly severity: 'error' | 'warning';
  /** Name of the NodeENI; absent where the text could not be read that far. */
  readonly nodeEni?: string;
  /** Path of the field as the API server gives it; empty for the object as a whole. */
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** What came of linting a set of manifests. */
export interface LintReport {
  /** By file in the order read, then by place. */
  readonly findings: readonly LintFinding[];
  /** How many NodeENIs were judged. */
  readonly nodeEnis: number;
  readonly files: number;
}
