/** What a reply body may hold: an array becomes `<item>` elements, undefined is left out. */
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | XmlObject;

/** An element with children, in the order written. */
export interface XmlObject {
  readonly [element: string]: XmlValue;
}

/** Namespace of the only API version EC2 has had since 2016. */
export const EC2_API_VERSION: string = '2016-11-15';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

// XML 1.0 section 2.2: these control characters may not appear in a document at all.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
// Nearly all values need no escaping; one look at them is cheaper than two replacements.
const PLAIN = /^[\w .:/-]*$/;

function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(FORBIDDEN, '\ufffd').replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function renderValue(value: XmlValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((item) => `<item>${renderValue(item)}</item>`).join('');
  if (typeof value === 'object') return renderChildren(value);
  return escapeXml(String(value));
}

function renderChildren(object: XmlObject): string {
  let text = '';
  for (const [name, value] of Object.entries(object)) {
    if (value !== undefined) text += `<${name}>${renderValue(value)}</${name}>`;
  }
  return text;
}

const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The reply document of a successful call (EC2 API reference, "Query requests", response structure). */
export function renderReply(action: string, requestId: string, result: XmlObject): string {
  const namespace = `http://ec2.amazonaws.com/doc/${EC2_API_VERSION}/`;
  const body = renderChildren({ requestId, ...result });
  return `${PROLOGUE}<${action}Response xmlns="${namespace}">${body}</${action}Response>`;
}

/** The reply document of a refused call (EC2 API reference, "Error codes", example error response). */
export function renderError(code: string, message: string, requestId: string): string {
  const body = renderChildren({ Errors: { Error: { Code: code, Message: message } }, RequestID: requestId });
  return `${PROLOGUE}<Response>${body}</Response>`;
}
