import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CONDITION_REASONS,
  DETAIL_CONDITIONS,
  isStalledReason,
  type NodeENIConditionType,
} from '../../api/v1alpha1/conditions.ts';
import { readCustomResource } from '../../hack/gen/custom-resource.ts';
import { readOperatorConfig } from '../../src/operator/config.ts';
import { TAKEOVER_REFUSALS } from '../../src/domain/takeover.ts';
import { readDocument, readDocuments, root, sectionOf, tableRows } from './documents.ts';

const readme = readDocument('README.md');
const troubleshooting = readDocument('docs/troubleshooting.md');

/** The options as `--help` prints them, as rows of the README's table. */
function optionRows(): readonly (readonly string[])[] {
  const result = readOperatorConfig(['--help'], {});
  if (result.kind !== 'help') throw new Error('--help gave no help');
  const option = /^ {2}--([a-z0-9-]+=.+)\n {6}(.*?)(?: \(default (\S+)\))?; env (\S+)$/gm;
  return Array.from(result.text.matchAll(option), ([, flag = '', meaning = '', fallback, env = '']) => [
    `\`--${flag}\``,
    `\`${env}\``,
    fallback === undefined ? '' : `\`${fallback}\``,
    meaning,
  ]);
}

function reasonsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/`([A-Za-z0-9]+)`/g), ([, reason = '']) => reason).toSorted();
}

describe('the README', () => {
  it('lists exactly the options that the operator takes', () => {
    const rows = tableRows(sectionOf(readme, '## The operator')).slice(1);
    expect(rows).toEqual(optionRows());
    expect(rows.length).toBeGreaterThan(10);
  });

  it('lists every condition reason, under the condition that it belongs to', () => {
    const rows = tableRows(sectionOf(readme, '### Status and conditions')).slice(1);
    const stalled: readonly string[] = CONDITION_REASONS.filter((reason) => isStalledReason(reason));
    const ready: readonly string[] = ['NoMatchingNodes', 'Ready'];
    const waiting = CONDITION_REASONS.filter((reason) => ![...stalled, ...ready].includes(reason));
    expect(rows.map(([condition, , reasons = '']) => [condition, reasonsIn(reasons)])).toEqual([
      ['`Ready=True`', ready.toSorted()],
      ['`Reconciling=True`', waiting.toSorted()],
      ['`Stalled=True`', stalled.toSorted()],
    ]);
  });

  it('names only fields that a NodeENI has, and every required one', () => {
    const crd = readFileSync(join(root, 'api/v1alpha1/nodeeni.crd.yaml'), 'utf8');
    const spec = readCustomResource(crd).schema.properties?.['spec'];
    const fields = Object.keys(spec?.properties ?? {});
    const named = tableRows(sectionOf(readme, '### Fields'))
      .slice(1)
      .flatMap(([names = '']) => reasonsIn(names));
    expect(named.filter((name) => !fields.includes(name))).toEqual([]);
    expect(named).toEqual(expect.arrayContaining([...(spec?.required ?? [])]));
    const unnamed = fields.filter((field) => !named.includes(field));
    expect(unnamed.filter((field) => !field.startsWith('dpdk'))).toEqual([]);
  });
});

describe('kubectl explain', () => {
  it('names every condition that a NodeENI can have', () => {
    const crd = readFileSync(join(root, 'api/v1alpha1/nodeeni.crd.yaml'), 'utf8');
    const status = readCustomResource(crd).schema.properties?.['status'];
    const words = status?.properties?.['conditions']?.description?.split(/[ ,.;()]+/) ?? [];
    const types: readonly NodeENIConditionType[] = [
      'Ready',
      'Reconciling',
      'Stalled',
      'Blocked',
      'Conflicted',
      ...DETAIL_CONDITIONS,
    ];
    expect(words).toEqual(expect.arrayContaining([...types]));
  });
});

describe('the troubleshooting page', () => {
  it('has a section with words for every condition reason, and for nothing else', () => {
    const sections = [
      '## Reasons that need a person',
      '## Reasons that pass',
      '## Reasons when all is well',
    ].map((heading) => sectionOf(troubleshooting, heading));
    const headings = Array.from(sections.join('\n').matchAll(/^### (.+)$/gm), ([, heading = '']) => heading);
    expect(headings.toSorted()).toEqual([...CONDITION_REASONS].toSorted());
    for (const reason of CONDITION_REASONS) {
      expect(sectionOf(troubleshooting, `### ${reason}`).length).toBeGreaterThan(reason.length + 40);
    }
  });

  it('explains every detail beside Ready, and nothing else there', () => {
    const details = sectionOf(troubleshooting, '## Details beside Ready');
    const headings = Array.from(details.matchAll(/^### (.+)$/gm), ([, heading = '']) => heading);
    expect(headings).toEqual([...DETAIL_CONDITIONS]);
  });

  it('keeps reasons that need a person apart from those that pass', () => {
    const needing = sectionOf(troubleshooting, '## Reasons that need a person');
    const headings = Array.from(needing.matchAll(/^### (.+)$/gm), ([, heading = '']) => heading);
    expect(headings).toEqual(CONDITION_REASONS.filter((reason) => isStalledReason(reason)).toSorted());
  });
});

describe('the migration page', () => {
  it('lists every state that an ENI of the reference can be in', () => {
    const page = readDocument('docs/migration.md');
    const rows = tableRows(sectionOf(page, '## What is taken over')).slice(1);
    const states = ['TakenOver', 'Pending', ...TAKEOVER_REFUSALS];
    expect(rows.map(([state = '']) => state.replaceAll('`', '')).toSorted()).toEqual(states.toSorted());
  });
});

describe('every page', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  it.each(readDocuments())('$path names only npm scripts that exist', ({ text }) => {
    const runs = Array.from(text.matchAll(/npm run ([a-z][a-z0-9:-]*)/g), ([, name = '']) => name);
    const named = [...runs, ...(/npm test\b/.test(text) ? ['test'] : [])];
    expect(named.filter((name) => !Object.keys(scripts).includes(name))).toEqual([]);
  });

  it.each(readDocuments())('$path names no folder of a machine', ({ text }) => {
    expect(text.match(/(?<![\w.-])\/(?:home|root|Users|work)\/\S*/g) ?? []).toEqual([]);
  });
});
