import { parseArgs } from 'node:util';
import type { ArchiveFormat } from './assemble-image.ts';
import { ARCHITECTURES, type Architecture, type Target, TARGETS } from './recipe.ts';

/** What the command line asks for. */
export interface ImageArguments {
  readonly target: Target;
  readonly output: string;
  readonly architecture: Architecture;
  readonly format: ArchiveFormat;
}

/** Either a request for help, arguments, or every problem found. */
export type ParsedArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly arguments: ImageArguments }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

const FORMATS: readonly ArchiveFormat[] = ['docker', 'oci'];

/** Text of `--help`. */
export const usage: string = `Assembles the image of a program without a registry of images: from its bundle in dist, Debian packages (apt-get) and
Node.js (npm). What is fetched is kept in \${XDG_CACHE_HOME:-~/.cache}/multi-eni-operator/image. The same inputs make the
same bytes; SOURCE_DATE_EPOCH sets the time of every file, 0 otherwise.

Usage: node hack/image/main.ts --target NAME --output FILE [--arch ARCH] [--format FORMAT]

  --target NAME    ${TARGETS.join(', ')}
  --output FILE    the archive to write, such as dist/images/operator.tar
  --arch ARCH      ${ARCHITECTURES.join(', ')} (default amd64)
  --format FORMAT  docker: for docker load, ctr images import, kind load image-archive; oci: a layout for tools that push
                   (default docker)
  --help           this text
`;

const options = {
  target: { type: 'string' },
  output: { type: 'string' },
  arch: { type: 'string', default: 'amd64' },
  format: { type: 'string', default: 'docker' },
  help: { type: 'boolean' },
} as const;

/**
 * Parses the command line.
 * @returns all problems at once, each naming the flag, the value and what is allowed.
 */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  if (values.help === true) return { kind: 'help' };
  const problems = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [`unexpected argument ${JSON.stringify(token.value)}`];
    return token.kind === 'option' && !(token.name in options)
      ? [`${token.rawName} is no flag: see --help`]
      : [];
  });
  const oneOf = <T extends string>(flag: string, value: unknown, allowed: readonly T[]): T | undefined => {
    const found = allowed.find((candidate) => candidate === value);
    const said = typeof value === 'string' ? `is "${value}"` : 'is missing';
    if (found === undefined) problems.push(`--${flag} ${said}: give one of ${allowed.join(', ')}`);
    return found;
  };
  const target = oneOf('target', values.target, TARGETS);
  const architecture = oneOf('arch', values.arch, ARCHITECTURES);
  const format = oneOf('format', values.format, FORMATS);
  const { output } = values;
  if (typeof output !== 'string' || output === '')
    problems.push('--output is missing: give the file to write');
  return problems.length > 0 || !target || !architecture || !format || typeof output !== 'string'
    ? { kind: 'wrong', problems }
    : { kind: 'run', arguments: { target, output, architecture, format } };
}
