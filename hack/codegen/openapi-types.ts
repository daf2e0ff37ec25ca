/**
 * Reads an OpenAPI 3.0 document (JSON) from stdin and prints TypeScript. It runs in this workspace because
 * openapi-typescript needs TypeScript 5.
 */
import { text } from 'node:stream/consumers';
import openapiTS, { astToString } from 'openapi-typescript';

const document = JSON.parse(await text(process.stdin));
const ast = await openapiTS(document, {
  defaultNonNullable: true,
  emptyObjectsUnknown: true,
  silent: true,
});
process.stdout.write(astToString(ast));
