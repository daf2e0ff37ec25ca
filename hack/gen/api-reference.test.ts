import { describe, expect, it } from 'vitest';
import { apiReference } from './api-reference.ts';
import { readCustomResource } from './custom-resource.ts';

const page = apiReference([
  readCustomResource(`
spec:
  group: example.org
  scope: Cluster
  names: {kind: Widget, listKind: WidgetList, plural: widgets, shortNames: [wd]}
  versions:
    - name: v1
      selectableFields: [{jsonPath: .spec.size}]
      additionalPrinterColumns:
        - {name: Size, type: integer, jsonPath: .spec.size}
        - {name: Colour, type: string, jsonPath: .spec.colour, priority: 1, description: red or blue}
      schema:
        openAPIV3Schema:
          type: object
          description: A widget.
          x-kubernetes-validations: [{rule: 'true', fieldPath: .metadata.name, message: name it}]
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: integer, format: int32, minimum: 1, maximum: 31, default: 2, description: How large.}
                colour: {type: string, enum: [red, blue], description: 'red | blue'}
                tags: {type: object, maxProperties: 2, additionalProperties: {type: string, maxLength: 9}}
                parts:
                  type: array
                  maxItems: 4
                  items: {type: object, properties: {id: {type: string, minLength: 1}}}
              x-kubernetes-validations: [{rule: 'true', message: be nice}]
`),
]);

describe('the API reference', () => {
  it.each([
    ['a required field with bounds and default', '| `size` (required) | int32 | `2` | 1–31 | How large. |'],
    ['the values of an enumeration, escaped', String.raw`| ${'`colour`'} | string |  | ${'`red`, `blue`'} | red \| blue |`],
    ['a map and the bounds of its values', '| `tags` | map of string |  | ≤ 2 entries; each ≤ 9 characters |  |'],
    ['a list of objects', '| `parts` | list of object |  | ≤ 4 entries |  |'],
    ['the fields of listed objects', '| `parts[].id` | string |  | ≥ 1 characters |  |'],
    ['rules with the field they name', '- `metadata.name`: name it\n- `spec`: be nice'],
    ['field selectors', 'Field selectors: `metadata.name`, `spec.size`.'],
    ['columns that are always shown', '| SIZE | `.spec.size` | always |  |'],
    ['columns for the wide output', '| COLOUR | `.spec.colour` | `-o wide` | red or blue |'],
  ])('shows %s', (_what, line) => {
    expect(page).toContain(line);
  });
});
