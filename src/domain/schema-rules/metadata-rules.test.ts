import { describe, expect, it } from 'vitest';
import { judgeMetadata, type ManifestMetadata } from './metadata-rules.ts';

function fields(metadata: ManifestMetadata): readonly string[] {
  return judgeMetadata(metadata).map(({ field, key }) => (key === undefined ? field : `${field} ${key}`));
}

describe('metadata of a NodeENI', () => {
  it.each<[metadata: ManifestMetadata]>([
    [{ name: 'edge' }],
    [{ name: 'edge.one-2' }],
    [{ generateName: 'edge-' }],
    [{ name: 'a', labels: { a: '', 'example.com/b': 'B_c.d' } }],
    [{ name: 'a', annotations: { 'Example.com/A': 'anything\nat all' } }],
    [{ name: 'a', finalizers: ['example.com/a'] }],
  ])('is accepted: %j', (metadata) => {
    expect(judgeMetadata(metadata)).toEqual([]);
  });

  it.each<[metadata: ManifestMetadata, says: readonly string[]]>([
    [{}, ['metadata.name']],
    [{ name: 'Edge' }, ['metadata.name']],
    [{ name: 'edge-' }, ['metadata.name']],
    [{ name: 'n'.repeat(254) }, ['metadata.name']],
    [{ generateName: 'Edge-' }, ['metadata.generateName']],
    [{ name: 'a', labels: { 'a b': '' } }, ['metadata.labels a b']],
    [{ name: 'a', labels: { 'a/b/c': '' } }, ['metadata.labels a/b/c']],
    [{ name: 'a', labels: { '/b': '' } }, ['metadata.labels /b']],
    [{ name: 'a', labels: { b: 'c d' } }, ['metadata.labels b']],
    [{ name: 'a', annotations: { 'a b': '' } }, ['metadata.annotations a b']],
    [{ name: 'a', annotations: { a: 'x'.repeat(262_144) } }, ['metadata.annotations']],
    [{ name: 'a', finalizers: ['a b'] }, ['metadata.finalizers']],
  ])('is refused where it is wrong: %j', (metadata, says) => {
    expect(fields(metadata)).toEqual(says);
  });
});
