import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Architecture, type Recipe, RECIPES, type Target } from './recipe.ts';
import { type ArchiveEntry, tarArchive } from './tar-archive.ts';

/** A layer as it is stored. */
export interface Layer {
  /** gzip of the tar archive. */
  readonly blob: Buffer;
  readonly digest: string;
  /** Digest of the archive itself. */
  readonly diffId: string;
}

/** An image and what it says of itself. */
export interface ImageSource {
  readonly target: Target;
  readonly architecture: Architecture;
  readonly version: string;
  /** Seconds since 1970. */
  readonly createdSeconds: number;
  readonly layers: readonly Layer[];
}

const MEDIA_TYPE = 'application/vnd.oci.image';
const LAYER_TYPE = `${MEDIA_TYPE}.layer.v1.tar+gzip`;
const CONFIG_TYPE = `${MEDIA_TYPE}.config.v1+json`;
const MANIFEST_TYPE = `${MEDIA_TYPE}.manifest.v1+json`;
const FILE_MODE = 0o644;

function sha256(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Makes a layer of files; the same files make the same bytes. */
export function createLayer(entries: readonly ArchiveEntry[], mtimeSeconds: number): Layer {
  const archive = tarArchive(entries, mtimeSeconds);
  const blob = gzipSync(archive);
  // The tenth byte names the operating system that compressed; any value is allowed (RFC 1952, 2.3.1).
  blob[9] = 0xff;
  return { blob, digest: sha256(blob), diffId: sha256(archive) };
}

/** Labels of the image (OCI image specification, Pre-Defined Annotation Keys). */
function labelsOf(recipe: Recipe, version: string): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': recipe.title,
    'org.opencontainers.image.description': recipe.description,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  };
}

/** The image configuration (OCI image specification, config.md). */
export function imageConfig({ target, architecture, version, createdSeconds, layers }: ImageSource): object {
  const recipe = RECIPES[target];
  const created = new Date(createdSeconds * 1000).toISOString();
  return {
    created,
    architecture,
    os: 'linux',
    ...(architecture === 'arm64' ? { variant: 'v8' } : {}),
    config: {
      User: recipe.user,
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'NODE_ENV=production'],
      Entrypoint: ['/usr/local/bin/node', ...recipe.nodeFlags, `/app/dist/${target}.js`],
      WorkingDir: '/app',
      Labels: labelsOf(recipe, version),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created, created_by: 'hack/image' })),
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function file(path: string, content: Uint8Array): ArchiveEntry {
  return { kind: 'file', path, mode: FILE_MODE, content };
}

function blobFile(digest: string, content: Uint8Array): ArchiveEntry {
  return file(`blobs/${digest.replace(':', '/')}`, content);
}

/** Name and tag of the image. */
function imageReference({ target, version }: Pick<ImageSource, 'target' | 'version'>): string {
  return `${RECIPES[target].image}:${version}`;
}

/** The archive that `docker load`, `ctr images import` and `kind load image-archive` read. */
export function dockerArchive(source: ImageSource): Buffer {
  const config = json(imageConfig(source));
  const configPath = `${sha256(config).replace('sha256:', '')}.json`;
  const layers = source.layers.map(({ digest, blob }) =>
    file(`${digest.replace('sha256:', '')}.tar.gz`, blob),
  );
  const manifest = [
    { Config: configPath, RepoTags: [imageReference(source)], Layers: layers.map(({ path }) => path) },
  ];
  return tarArchive([...layers, file(configPath, config), file('manifest.json', json(manifest))]);
}

/** The OCI image layout as an archive (OCI image specification, image-layout.md), for tools that push to a registry. */
export function ociArchive(source: ImageSource): Buffer {
  const config = json(imageConfig(source));
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: sha256(config), size: config.length },
    layers: source.layers.map(({ digest, blob }) => ({ mediaType: LAYER_TYPE, digest, size: blob.length })),
  });
  const index = {
    schemaVersion: 2,
    mediaType: `${MEDIA_TYPE}.index.v1+json`,
    manifests: [
      {
        mediaType: MANIFEST_TYPE,
        digest: sha256(manifest),
        size: manifest.length,
        platform: { architecture: source.architecture, os: 'linux' },
        annotations: { 'org.opencontainers.image.ref.name': source.version },
      },
    ],
  };
  return tarArchive([
    file('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
    file('index.json', json(index)),
    blobFile(sha256(manifest), manifest),
    blobFile(sha256(config), config),
    ...source.layers.map(({ digest, blob }) => blobFile(digest, blob)),
  ]);
}
