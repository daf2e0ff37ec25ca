import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../test/documentation/documents.ts';
import { billOfMaterials, type PackageLock } from './bill-of-materials.ts';

const root = join(import.meta.dirname, '..', '..');
const lock: PackageLock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('the bill of materials', () => {
  it('has every direct dependency, and no tool of development', () => {
    const names = billOfMaterials(lock).components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(Object.keys(devDependencies).filter((name) => names.includes(name))).toEqual(['@types/node']);
  });

  it('names version, licence and hash of each', () => {
    const { components } = billOfMaterials(lock);
    expect(
      components.filter(({ licenses, hashes }) => licenses === undefined || hashes === undefined),
    ).toEqual([]);
    for (const { purl, hashes = [] } of components) {
      expect(purl).toMatch(/^pkg:npm\/(?:%40[^/@]+\/)?[^/@]+@\d/);
      expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    }
    expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
  });

  it('is the same for the same lock file, and another for another', () => {
    expect(billOfMaterials(lock)).toEqual(billOfMaterials(lock));
    const other = billOfMaterials({ ...lock, version: '9.9.9' });
    expect(other.serialNumber).not.toBe(billOfMaterials(lock).serialNumber);
    expect(other.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('has as many packages as the page on security says', () => {
    const { text } = readDocument('docs/security.md');
    const [, direct, all] = /has (\d+) direct dependencies, (\d+) packages with/.exec(text) ?? [];
    expect(Number(direct)).toBe(Object.keys(dependencies).length);
    expect(Number(all)).toBe(billOfMaterials(lock).components.length);
  });
});
