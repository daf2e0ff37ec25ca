import type { OptionReader } from './option-reader.ts';

/** Least severe log lines that are written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What came of reading the options of a program. */
export type ProgramOptions<Config> =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** Declares `--kubeconfig`: its path, undefined inside a pod. */
export function readKubeconfigPath(options: OptionReader): string | undefined {
  return options.text('kubeconfig', {
    placeholder: 'PATH',
    description: 'Kubeconfig file; inside a pod the service account is used',
  });
}

/** Declares `--log-level`. */
export function readLogLevel(options: OptionReader): LogLevel {
  return options.choice('log-level', {
    choices: ['debug', 'info', 'warn', 'error'],
    fallback: 'info',
    description: 'Least severe log lines to write',
  });
}

/**
 * What the options come to, once all of them are declared: the help text if it was asked for, else every problem, also those that
 * the reader cannot know of, else the configuration.
 */
export function programOptions<Config>(
  options: OptionReader,
  read: { readonly usage: string; readonly config: Config; readonly problems?: readonly string[] },
): ProgramOptions<Config> {
  if (options.isHelpWanted) return { kind: 'help', text: options.help(read.usage) };
  const problems = [...(read.problems ?? []), ...options.problems()];
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'config', config: read.config };
}
