import type { JudgedAttachment, JudgedNode, JudgedNodeEni } from '../domain/admission/admission-view.ts';
import type { NodeENIManifest } from '../../gen/v1alpha1/nodeeni-manifest.ts';

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A value of a manifest with the places that it and its parts come from. */
export interface LocatedValue {
  /** JSON, as kubectl would send it. */
  readonly value: unknown;
  readonly at: Position;
  /** Of the key that holds this value in a map. */
  readonly keyAt?: Position;
  /** An unquoted scalar as it is written: `n` where the value is false. */
  readonly source?: string;
  /** By key, where the value is an object. */
  readonly fields: ReadonlyMap<string, LocatedValue>;
  /** In order, where the value is a list. */
  readonly items: readonly LocatedValue[];
}

/** Something wrong with the text itself. */
export interface SourceProblem {
  readonly severity: 'error' | 'warning';
  readonly rule: 'yaml' | 'duplicateKey' | 'convertedKey';
  readonly at: Position;
  readonly message: string;
}

/** One document of a file; `root` is absent when kubectl could not read it. */
export interface ManifestDocument {
  readonly root?: LocatedValue;
  readonly problems: readonly SourceProblem[];
}

/** Reads the documents of a YAML or JSON text as kubectl does. It never throws. */
export type ParseManifests = (text: string) => readonly ManifestDocument[];

/** A schema violation of one value. */
export interface ShapeProblem {
  /** Keyword of JSON Schema, or `unknownField`. */
  readonly rule: string;
  /** From the root of the object; numbers are list positions. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Whether the place is the key, not the value. */
  readonly isAboutKey: boolean;
}

/** What the schema says to an object. */
export interface ShapeVerdict {
  readonly problems: readonly ShapeProblem[];
  /** The object with its types proven; absent when the API server would not go on to the rules. */
  readonly manifest?: NodeENIManifest;
}

/** Judges an object by the OpenAPI schema of NodeENI, as strictly as the API server does. */
export type JudgeShape = (object: LocatedValue) => ShapeVerdict;

/** An input that was named on the command line cannot be read; the message names it and says why. */
export class UnreadableInputError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UnreadableInputError';
  }
}

/** A text to judge. */
export interface SourceFile {
  /** As people know it; `stdin` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** Where manifests come from. */
export interface ManifestFiles {
  /**
   * The file, all manifests below the directory in the order of their names, or standard input for `-`.
   * @throws UnreadableInputError when there is nothing to read.
   */
  read(path: string): Promise<readonly SourceFile[]>;
}

/** What a cluster holds, as far as the rules across objects read it. */
export interface ClusterState {
  readonly nodeEnis: readonly JudgedNodeEni[];
  readonly nodes: readonly JudgedNode[];
  readonly attachments: readonly JudgedAttachment[];
}

/** Reads a cluster once. @throws UnreadableInputError when it cannot be reached or refuses. */
export type ReadCluster = (kubeconfig: string | undefined) => Promise<ClusterState>;
