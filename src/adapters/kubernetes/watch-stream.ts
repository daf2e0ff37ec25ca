import { ApiError, toApiError } from './api-error.ts';
import { isJsonObject } from './json-object.ts';

/** The API server refuses objects beyond about 1.5 MiB; anything far beyond that is not a watch event. */
const longestLineBytes = 32 * 1024 * 1024;
const newline = 0x0a;

/** What is needed to read the body of a watch. */
export interface WatchBody {
  /** What was tried, for error messages. */
  readonly action: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

function malformed(action: string, problem: string, cause?: unknown): ApiError {
  return new ApiError({
    kind: 'transient',
    status: 0,
    reason: 'MalformedWatchEvent',
    message: `${action}: ${problem}`,
    cause,
  });
}

function parseEvent(action: string, line: Uint8Array): unknown {
  let event: unknown;
  try {
    event = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'));
  } catch (error) {
    throw malformed(action, `a watch event of ${line.byteLength} bytes is not JSON`, error);
  }
  if (isJsonObject(event) && event['type'] === 'ERROR') {
    throw toApiError({ action, httpStatus: 500, body: event['object'] });
  }
  return event;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
}

/**
 * Splits a watch body into its events, one JSON document per line, whatever the chunk borders.
 *
 * @throws ApiError for an ERROR event (410 becomes kind `expired`), for a line that is not JSON, and for a body that
 * ends inside a line.
 */
export async function* parseWatchBody({
  action,
  chunks,
}: WatchBody): AsyncGenerator<unknown, void, undefined> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = join([...parts, chunk.subarray(start, end)]);
      parts = [];
      bytes = 0;
      start = end + 1;
      if (line.byteLength > 0) yield parseEvent(action, line);
    }
    if (start < chunk.byteLength) {
      parts.push(chunk.subarray(start));
      bytes += chunk.byteLength - start;
      if (bytes > longestLineBytes)
        throw malformed(action, `a watch event exceeds ${longestLineBytes} bytes`);
    }
  }
  if (bytes > 0) throw malformed(action, `the watch ended ${bytes} bytes into an event`);
}
