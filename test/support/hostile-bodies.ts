import * as fc from 'fast-check';
import { anAdmissionReview } from '../builders/admission-request.ts';
import { aNodeEni } from '../builders/node-eni.ts';

/** A request body with its content type. */
export interface HostileBody {
  readonly contentType: string | undefined;
  readonly body: string;
}

const anyJson = fc.jsonValue({ maxDepth: 4 });

const keys = fc.constantFrom(
  'apiVersion',
  'kind',
  'request',
  'uid',
  'operation',
  'object',
  'oldObject',
  'metadata',
  'spec',
  'nodeSelector',
  'subnetIDs',
  'deviceIndex',
  'status',
  'subnets',
  'annotations',
  '__proto__',
  'constructor',
  'toString',
);

type Json = fc.JsonValue;

/** Puts a value somewhere into a body, along at most five keys. */
function graft(target: Json, path: readonly string[], value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const object = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const inner = Object.hasOwn(object, key) ? (object[key] ?? null) : null;
  // Entries, because assigning __proto__ sets no member.
  return Object.fromEntries([...Object.entries(object), [key, graft(inner, rest, value)]]);
}

function json(value: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(value));
  return copy;
}

const operations = fc.constantFrom('CREATE', 'UPDATE', 'DELETE', 'CONNECT', 'create', '');

const plausible: fc.Arbitrary<Json> = fc
  .record({
    operation: operations,
    version: fc.constantFrom('v1alpha1', 'v1beta1', ''),
    resource: fc.constantFrom('nodeenis', 'nodes', 'policyendpoints'),
    hasObject: fc.boolean(),
    hasOld: fc.boolean(),
    index: fc.oneof(fc.integer(), fc.constantFrom('2', null, 2.5)),
  })
  .map(({ operation, version, resource, hasObject, hasOld, index }) => {
    const object = json(aNodeEni());
    const changed = graft(object, ['spec', 'deviceIndex'], index);
    return json({
      ...anAdmissionReview(),
      request: {
        ...anAdmissionReview().request,
        operation,
        resource: { group: resource === 'nodes' ? '' : 'networking.k8s.aws', version, resource },
        object: hasObject ? changed : null,
        oldObject: hasOld ? object : null,
      },
    });
  });

const grafted = fc
  .tuple(plausible, fc.array(keys, { minLength: 1, maxLength: 5 }), anyJson)
  .map(([target, path, value]) => JSON.stringify(graft(target, path, value)));

const wrongVersion = fc
  .tuple(
    fc.constantFrom('admission.k8s.io/v1beta1', 'admission.k8s.io/v2', 'v1', ''),
    fc.constantFrom('AdmissionReview', 'Status'),
  )
  .map(([apiVersion, kind]) => JSON.stringify({ ...anAdmissionReview(), apiVersion, kind }));

const truncated = fc
  .tuple(plausible, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([body, share]) => JSON.stringify(body).slice(0, Math.floor(JSON.stringify(body).length * share)));

/** Nested so deeply that a recursive reader runs out of stack. */
const deep = fc
  .tuple(fc.integer({ min: 1_000, max: 20_000 }), fc.constantFrom('[', '{"a":'), fc.boolean())
  .map(([depth, open, isInside]) => {
    const nested = `${open.repeat(depth)}1${(open === '[' ? ']' : '}').repeat(depth)}`;
    const review = JSON.stringify(anAdmissionReview({ object: { ...aNodeEni() } }));
    return isInside ? review.replace('"spec":{', `"spec":{"deep":${nested},`) : nested;
  });

const wide = fc.integer({ min: 1_000, max: 20_000 }).map((count) =>
  JSON.stringify(
    anAdmissionReview({
      object: {
        ...aNodeEni(),
        spec: {
          ...aNodeEni().spec,
          subnetIDs: Array.from({ length: count }, (_, index) => `subnet-${index}`),
        },
      },
    }),
  ),
);

const poisoned = fc
  .constantFrom('"__proto__":{"allowed":true},', '"constructor":{"prototype":{"allowed":true}},')
  .map((poison) => JSON.stringify(anAdmissionReview()).replace('"request":{', `"request":{${poison}`));

const body = fc.oneof(
  { weight: 8, arbitrary: grafted },
  { weight: 4, arbitrary: plausible.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 2, arbitrary: truncated },
  { weight: 2, arbitrary: wrongVersion },
  { weight: 1, arbitrary: poisoned },
  { weight: 1, arbitrary: fc.constant('') },
);

const contentType = fc.oneof(
  { weight: 9, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'text/plain',
      'application/yaml',
      'application/json; charset=latin1',
      undefined,
    ),
  },
);

/** Bodies that no API server sends: malformed, of other versions, poisoned, of wrong types. */
export const hostileBodies: fc.Arbitrary<HostileBody> = fc.record({ contentType, body });

/** Bodies that are large: nested a thousand times and more, or with thousands of members. */
export const largeBodies: fc.Arbitrary<HostileBody> = fc.record({
  contentType: fc.constant('application/json'),
  body: fc.oneof(deep, wide),
});
