import { type Document, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import type { ManifestDocument, SourceProblem } from '../../cli/ports.ts';
import { locateDocument } from './locate-node.ts';

/** The first line of the library's message, which draws a picture of the place below it. */
function messageOf({ code, message }: YAMLError): string {
  if (code === 'RESOURCE_EXHAUSTION') return 'maps and lists are nested too deeply';
  const [first = ''] = message.split('\n');
  return first.replace(/:$/, '').replace(/ at line \d+, column \d+$/, '');
}

function syntaxProblem(error: YAMLError, lines: LineCounter): SourceProblem {
  const { line, col } = lines.linePos(error.pos[0]);
  const at = { line: Math.max(line, 1), column: Math.max(col, 1) };
  return { severity: 'error', rule: 'yaml', at, message: messageOf(error) };
}

function directiveProblem(document: Document.Parsed): readonly SourceProblem[] {
  if (document.directives.yaml.explicit !== true) return [];
  const message = '%YAML directives are not understood by kubectl: remove the line';
  return [{ severity: 'error', rule: 'yaml', at: { line: 1, column: 1 }, message }];
}

function readDocument(document: Document.Parsed, lines: LineCounter): ManifestDocument {
  const syntax = [
    ...directiveProblem(document),
    ...document.errors.map((error) => syntaxProblem(error, lines)),
  ];
  if (syntax.length > 0) return { problems: syntax };
  const { root, problems } = locateDocument(document, lines);
  const isReadable = root !== undefined && problems.every(({ rule }) => rule !== 'yaml');
  return { problems, ...(isReadable ? { root } : {}) };
}

/**
 * Reads YAML and JSON manifests as kubectl does: values by the rules of YAML 1.1 that sigs.k8s.io/yaml keeps, maps
 * merged in the order of their keys. Of a document that kubectl cannot read only the problems are returned.
 */
export function parseManifests(text: string): readonly ManifestDocument[] {
  const lines = new LineCounter();
  // Every scalar stays a text here: the library's own reading of YAML 1.1 differs from go-yaml's.
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    stringKeys: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => readDocument(document, lines));
}
