import { INSTANCE_TYPE_LABEL, ZONE_LABEL } from '../api/v1alpha1/names.ts';
import type { AdmissionView, JudgedNode, JudgedNodeEni } from '../src/domain/admission/admission-view.ts';
import { judgeCreate } from '../src/domain/admission/judge-admission.ts';
import { prepareView } from '../src/domain/admission/prepared-view.ts';

/** Times of one kind of verdict, milliseconds. */
export interface AdmissionPoint {
  readonly what: string;
  readonly verdicts: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const INDEXES_PER_GROUP = 5;
/** Labels that nodes have besides those that selectors read. */
const OTHER_LABELS = 15;
const VERDICTS = 500;

function nodeOf(index: number, groups: number): JudgedNode {
  const others = Array.from({ length: OTHER_LABELS }, (_, label) => [
    `example.com/label-${label}`,
    `${index}`,
  ]);
  return {
    name: `ip-10-${index >> 8}-${index & 255}`,
    labels: {
      ...Object.fromEntries(others),
      'kubernetes.io/os': 'linux',
      ng: `group-${index % groups}`,
      [`team-${index % groups}`]: 'yes',
      [ZONE_LABEL]: ZONES[index % ZONES.length] ?? '',
      [INSTANCE_TYPE_LABEL]: 'm5.4xlarge',
    },
  };
}

function nodeEniOf(name: string, selector: Readonly<Record<string, string>>, index: number): JudgedNodeEni {
  const ids = ZONES.map((zone) => `subnet-${name}-${zone}`);
  return {
    name,
    isDeleting: false,
    annotations: {},
    spec: { nodeSelector: selector, subnetIDs: ids, securityGroupIDs: ['sg-1'], deviceIndex: index },
    subnets: ids.map((subnetID, zone) => ({ slot: `id/${subnetID}`, subnetID, zone: ZONES[zone] ?? '' })),
    instanceTypes: [{ type: 'm5.4xlarge', networkCards: [{ index: 0, maximumInterfaces: 8 }] }],
  };
}

/** NodeENIs at the indexes 2 to 6 of node groups, which `selectorOf` selects. */
function viewOf(
  size: { readonly nodeEnis: number; readonly nodes: number },
  selectorOf: (group: number) => Readonly<Record<string, string>>,
): AdmissionView {
  const groups = Math.ceil(size.nodeEnis / INDEXES_PER_GROUP);
  return {
    nodeEnis: Array.from({ length: size.nodeEnis }, (_, position) =>
      nodeEniOf(`eni-${position}`, selectorOf(position % groups), 2 + Math.floor(position / groups)),
    ),
    nodes: Array.from({ length: size.nodes }, (_, index) => nodeOf(index, groups)),
    attachments: [],
  };
}

function measured(what: string, act: (round: number) => unknown): AdmissionPoint {
  const times = Array.from({ length: VERDICTS }, (_, round) => {
    const fromMs = performance.now();
    act(round);
    return performance.now() - fromMs;
  }).toSorted((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { what, verdicts: VERDICTS, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Measures verdicts on new NodeENIs in a cluster of that size. The first verdicts, which warm up, count as well. */
export function benchAdmission(size: {
  readonly nodeEnis: number;
  readonly nodes: number;
}): AdmissionPoint[] {
  const view = viewOf(size, (group) => ({ ng: `group-${group}` }));
  const prepared = prepareView(view);
  const manyKeys = prepareView(viewOf(size, (group) => ({ [`team-${group}`]: 'yes' })));
  const everyNode = nodeEniOf('new', { 'kubernetes.io/os': 'linux' }, 2);
  return [
    measured('free index of one group', (round) =>
      judgeCreate(nodeEniOf('new', { ng: `group-${round % 100}` }, 20), prepared),
    ),
    measured('taken index of one group', (round) =>
      judgeCreate(nodeEniOf('new', { ng: `group-${round % 100}` }, 2), prepared),
    ),
    measured('every node, conflicts with every group', () => judgeCreate(everyNode, prepared)),
    measured('every node, each group with a label key of its own', () => judgeCreate(everyNode, manyKeys)),
    measured('taken index of one group, plain view', (round) =>
      judgeCreate(nodeEniOf('new', { ng: `group-${round % 100}` }, 2), view),
    ),
    measured('preparing the view', () => prepareView(view)),
  ];
}

if (import.meta.main) {
  for (const { what, p50Ms, p99Ms } of benchAdmission({ nodeEnis: 500, nodes: 1_000 })) {
    process.stdout.write(`${what}: p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms\n`);
  }
}
