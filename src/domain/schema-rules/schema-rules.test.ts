import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCustomResource } from '../../../hack/gen/custom-resource.ts';
import type { JsonSchema, ValidationRule } from '../../../hack/gen/json-schema.ts';
import { acceptedSpecs } from '../../../test/support/schema-accepted-cases.ts';
import { ruleRefusals } from '../../../test/support/schema-rule-cases.ts';
import { allowedSubnetChanges, refusedSubnetChanges } from '../../../test/support/subnet-change-cases.ts';
import type { NodeEniFields } from '../effective-spec.ts';
import { judgeSpecChange, NODE_ENI_CHANGE_RULES } from './node-eni-change-rules.ts';
import { judgeNodeEniSchema, NODE_ENI_RULES } from './node-eni-rules.ts';

/** What a rule of a CRD and its twin have in common. */
interface Identity {
  readonly message: string;
  readonly field: string;
  readonly reason: string;
}

function identityOf(at: string, rule: ValidationRule): Identity {
  const { message = '', fieldPath = '', reason = 'FieldValueInvalid' } = rule;
  return { message, field: `${at}${fieldPath}`.replace(/^\./, ''), reason };
}

/** Every CEL rule of a schema, wherever it stands. */
function rulesOf(schema: JsonSchema, at: string, isChosen: (rule: ValidationRule) => boolean): Identity[] {
  const own = (schema['x-kubernetes-validations'] ?? []).filter((rule) => isChosen(rule));
  const { additionalProperties, items, properties = {} } = schema;
  return [
    ...own.map((rule) => identityOf(at, rule)),
    ...Object.entries(properties).flatMap(([name, child]) => rulesOf(child, `${at}.${name}`, isChosen)),
    ...(items === undefined ? [] : rulesOf(items, `${at}[*]`, isChosen)),
    ...(typeof additionalProperties === 'object' ? rulesOf(additionalProperties, `${at}.*`, isChosen) : []),
  ];
}

function rulesOfCrd(name: string, isChosen: (rule: ValidationRule) => boolean): Identity[] {
  const url = new URL(`../../../api/v1alpha1/${name}.crd.yaml`, import.meta.url);
  return rulesOf(readCustomResource(readFileSync(url, 'utf8')).schema, '', isChosen);
}

function isTransition({ rule }: ValidationRule): boolean {
  return rule.includes('oldSelf');
}

function identities(rules: readonly Identity[]): Identity[] {
  return rules.map(({ message, field, reason }) => ({ message, field, reason })).sort(byMessage);
}

function byMessage(one: Identity, other: Identity): number {
  return one.message < other.message ? -1 : 1;
}

const base = {
  nodeSelector: { role: 'edge' },
  subnetID: 'subnet-a',
  securityGroupIDs: ['sg-a'],
} satisfies NodeEniFields;
const { subnetID: _one, ...noSubnet } = base;

describe('the CEL rules of the schemas', () => {
  it('about one NodeENI have a twin each, with the same message, field and reason', () => {
    const rules = rulesOfCrd('nodeeni', (rule) => !isTransition(rule));
    expect(rules.length).toBeGreaterThan(8);
    expect(identities(NODE_ENI_RULES)).toEqual(identities(rules));
  });

  it('about changes of a NodeENI have a twin each, with the same message, field and reason', () => {
    const rules = rulesOfCrd('nodeeni', isTransition);
    expect(rules.length).toBeGreaterThan(2);
    expect(identities(NODE_ENI_CHANGE_RULES)).toEqual(identities(rules));
  });

  it('leave NodeENIAttachments alone: a first rule there needs twins and a place in lint', () => {
    expect(rulesOfCrd('nodeeniattachment', () => true)).toEqual([]);
  });
});

describe('the twins', () => {
  it.each(
    Object.entries(ruleRefusals).flatMap(([message, cases]) => cases.map((it) => ({ message, ...it }))),
  )('refuse $promise in the words of the API server', ({ spec, says }) => {
    // The tables hold authored specs of right types.
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    const found = judgeNodeEniSchema({ name: 'a', spec: spec as unknown as NodeEniFields });
    expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      says.replace(/: (Invalid value|Forbidden|Required value): /, ': '),
    ]);
  });

  it.each(acceptedSpecs)('accept a NodeENI %s', (_promise, spec) => {
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    expect(judgeNodeEniSchema({ name: 'a', spec: spec as unknown as NodeEniFields })).toEqual([]);
  });

  it('count characters of a name, not bytes', () => {
    expect(judgeNodeEniSchema({ name: '🐧'.repeat(63), spec: base })).toEqual([]);
    expect(judgeNodeEniSchema({ name: '🐧'.repeat(64), spec: base })).toMatchObject([
      { rule: 'nameTooLong' },
    ]);
  });

  it('fall back to the constant message where the API server does: a line break in what is quoted', () => {
    const spec = { ...base, nodeSelector: { 'a\nb': 'c' } };
    expect(judgeNodeEniSchema({ name: 'a', spec })).toMatchObject([
      { key: 'a\nb', message: expect.stringMatching(/^a key is no valid label name/) },
    ]);
  });

  it.each(allowedSubnetChanges)('of subnet changes allow: they %s', (_promise, before, after) => {
    expect(judgeSpecChange({ before: { ...noSubnet, ...before }, after: { ...noSubnet, ...after } })).toEqual(
      [],
    );
  });

  it.each(refusedSubnetChanges)('of subnet changes refuse %s', (_promise, before, after, says) => {
    const found = judgeSpecChange({ before: { ...noSubnet, ...before }, after: { ...noSubnet, ...after } });
    expect(found).toMatchObject([{ rule: 'subnetsChangeAtEnd', field: 'spec.subnetIDs' }]);
    expect(found[0]?.message).toContain(`is ${says}: it may only grow or shrink at its end`);
  });

  it('give an index that is left out its default before they compare', () => {
    expect(
      judgeSpecChange({ before: { ...base, deviceIndex: 2, networkCardIndex: 0 }, after: base }),
    ).toEqual([]);
    const moved = judgeSpecChange({ before: base, after: { ...base, deviceIndex: 3, networkCardIndex: 1 } });
    expect(moved.map(({ field }) => field)).toEqual(['spec.deviceIndex', 'spec.networkCardIndex']);
    expect(moved[0]?.message).toMatch(/^deviceIndex is 2 and cannot become 3: /);
  });
});
