/** A field of a protobuf message whose value is a length and as many bytes: texts, bytes, messages. */
export interface LengthDelimitedField {
  readonly number: number;
  readonly value: Uint8Array;
}

/** A message that is cut off, or no message at all. */
class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

interface Varint {
  readonly value: number;
  readonly end: number;
}

const MAX_VARINT_BYTES = 10;

/** Values beyond 2^53 lose precision: none that matters here is a length or a tag. */
function readVarint(bytes: Uint8Array, start: number): Varint {
  let value = 0;
  for (let position = 0; position < MAX_VARINT_BYTES; position += 1) {
    const byte = bytes[start + position];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * position);
    if (byte < 0x80) return { value, end: start + position + 1 };
  }
  throw new MalformedMessage(`no varint at byte ${start}`);
}

/** Bytes of the wire types that have a fixed length: I64 and I32. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** End of the value that begins at `start`. Groups, which proto3 has not, are malformed. */
function skip(bytes: Uint8Array, wireType: number, start: number): number {
  if (wireType === 0) return readVarint(bytes, start).end;
  const length = FIXED_BYTES[wireType];
  if (length === undefined) throw new MalformedMessage(`wire type ${wireType} at byte ${start}`);
  return start + length;
}

/**
 * The length-delimited fields of a protobuf message in their order; numbers are skipped (protobuf.dev, Encoding).
 * @throws MalformedMessage
 */
export function* lengthDelimitedFields(bytes: Uint8Array): Generator<LengthDelimitedField> {
  for (let at = 0; at < bytes.length;) {
    const tag = readVarint(bytes, at);
    const wireType = tag.value % 8;
    if (wireType === 2) {
      const length = readVarint(bytes, tag.end);
      at = length.end + length.value;
      if (at > bytes.length) throw new MalformedMessage(`a field of ${length.value} bytes is cut off`);
      yield { number: Math.floor(tag.value / 8), value: bytes.subarray(length.end, at) };
    } else {
      at = skip(bytes, wireType, tag.end);
      if (at > bytes.length) throw new MalformedMessage('the last field is cut off');
    }
  }
}
