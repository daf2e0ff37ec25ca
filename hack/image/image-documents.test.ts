import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createLayer, dockerArchive, imageConfig, type ImageSource, ociArchive } from './image-documents.ts';

const layer = createLayer([{ kind: 'file', path: 'app/a.js', mode: 0o644, content: Buffer.from('1') }], 0);
const source: ImageSource = {
  target: 'operator',
  architecture: 'arm64',
  version: '1.2.3',
  createdSeconds: 0,
  layers: [layer],
};

function read(archive: Buffer, path: string): Buffer {
  return execFileSync('tar', ['--extract', '--to-stdout', path], { input: archive });
}

function sha256(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

describe('an image', () => {
  it('names its processor, its program and an account that is not root', () => {
    expect(imageConfig(source)).toMatchObject({
      created: '1970-01-01T00:00:00.000Z',
      architecture: 'arm64',
      os: 'linux',
      config: {
        User: '65532:65532',
        Entrypoint: ['/usr/local/bin/node', '/app/dist/operator.js'],
        Labels: { 'org.opencontainers.image.version': '1.2.3' },
      },
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    });
  });

  it('has layers whose digests are those of the archive and of its compressed form', () => {
    expect(sha256(layer.blob)).toBe(layer.digest);
    expect(sha256(gunzipSync(layer.blob))).toBe(layer.diffId);
  });

  it('runs as root only where links are configured', () => {
    expect(imageConfig({ ...source, target: 'daemon' })).toMatchObject({ config: { User: '0:0' } });
    expect(imageConfig({ ...source, target: 'webhook' })).toMatchObject({ config: { User: '65532:65532' } });
  });

  it('for docker load is one manifest of a config and its layers, tagged with the version', () => {
    const archive = dockerArchive(source);
    const [manifest] = JSON.parse(read(archive, 'manifest.json').toString());

    expect(manifest.RepoTags).toEqual(['multi-eni-operator:1.2.3']);
    expect(JSON.parse(read(archive, manifest.Config).toString())).toEqual(imageConfig(source));
    expect(manifest.Layers.map((path: string) => sha256(read(archive, path)))).toEqual([layer.digest]);
  });

  it('as an OCI layout leads from the index to every blob by its digest and size', () => {
    const archive = ociArchive(source);
    const blob = ({ digest, size }: { digest: string; size: number }): Buffer => {
      const content = read(archive, `blobs/${digest.replace(':', '/')}`);
      expect([sha256(content), content.length]).toEqual([digest, size]);
      return content;
    };
    const index = JSON.parse(read(archive, 'index.json').toString());
    const manifest = JSON.parse(blob(index.manifests[0]).toString());

    expect(JSON.parse(read(archive, 'oci-layout').toString())).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(index.manifests[0].platform).toEqual({ architecture: 'arm64', os: 'linux' });
    expect(JSON.parse(blob(manifest.config).toString())).toEqual(imageConfig(source));
    expect(manifest.layers.map(blob)).toEqual([layer.blob]);
  });

  it('is the same bytes every time', () => {
    expect(dockerArchive(source).equals(dockerArchive(source))).toBe(true);
    expect(ociArchive(source).equals(ociArchive(source))).toBe(true);
  });
});
