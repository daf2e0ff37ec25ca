/** Fields of a log line. Never put a secret in one. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What the product needs of a logger; a pino logger satisfies it. Messages are constant, lower case. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}
