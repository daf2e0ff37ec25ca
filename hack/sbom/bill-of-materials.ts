import { createHash } from 'node:crypto';

/** An entry of package-lock.json (lockfileVersion 3), as far as it matters here. */
interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}

/** A package-lock.json. */
export interface PackageLock {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A library of the product, as CycloneDX writes it. */
export interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
}

/** A CycloneDX 1.6 document. */
export interface BillOfMaterials {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly component: { readonly type: 'application'; readonly name: string; readonly version: string };
  };
  readonly components: readonly Component[];
}

const FOLDER = 'node_modules/';

/** Whether users of the product get it. Optional packages are toolchains for tests. */
function isShipped([path, { dev, devOptional, optional, link }]: readonly [string, LockedPackage]): boolean {
  return path.startsWith(FOLDER) && ![dev, devOptional, optional, link].includes(true);
}

/** Package URL; a scope is its namespace (package-url/purl-spec, npm). */
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

function componentOf([path, locked]: readonly [string, LockedPackage]): Component {
  const { version = '', license, integrity } = locked;
  const name = locked.name ?? path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);
  const purl = purlOf(name, version);
  const sha512 = /^sha512-(\S+)$/.exec(integrity ?? '')?.[1];
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(sha512 === undefined
      ? {}
      : { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
  };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * What the programs are made of, as CycloneDX: every package that is no development dependency, once for each version.
 * The same lock file gives the same document.
 */
export function billOfMaterials({ name, version, packages }: PackageLock): BillOfMaterials {
  const found = Object.entries(packages)
    .filter((entry) => isShipped(entry))
    .map((entry) => componentOf(entry));
  const components = [...new Map(found.map((component) => [component.purl, component])).values()].toSorted(
    (a, b) => a.purl.localeCompare(b.purl, 'en'),
  );
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: uuidOf(JSON.stringify([name, version, components])),
    version: 1,
    metadata: { component: { type: 'application', name, version } },
    components,
  };
}
