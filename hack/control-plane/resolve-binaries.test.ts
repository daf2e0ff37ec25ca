import { describe, expect, it } from 'vitest';
import { PrerequisiteError } from './prerequisite-error.ts';
import { type Attempt, type BinarySources, resolveBinaries } from './resolve-binaries.ts';

interface World {
  /** Folders that hold all three programs. */
  readonly complete: Set<string>;
  readonly assetsDir?: string;
  readonly download?: Attempt;
  readonly build?: Attempt;
  /** Completes while we wait for the lock. */
  readonly appears?: string;
}

function sourcesIn(world: World): BinarySources {
  return {
    assetsDir: world.assetsDir,
    cacheDirs: ['/cache/built', '/cache/downloaded'],
    isExecutable: (path) => world.complete.has(path.slice(0, path.lastIndexOf('/'))),
    download: async () => world.download ?? { reason: 'offline' },
    build: async () => world.build ?? { reason: 'Go is not installed' },
    exclusively: async (action) => {
      if (world.appears !== undefined) {
        world.complete.add(world.appears);
      }
      return action();
    },
    goVersion: '1.26.0',
  };
}

describe('where the programs come from', () => {
  it.each<[string, World, string]>([
    [
      'KUBEBUILDER_ASSETS before the cache',
      { complete: new Set(['/assets', '/cache/built']), assetsDir: '/assets' },
      '/assets/etcd',
    ],
    [
      'the cache when KUBEBUILDER_ASSETS is empty',
      { complete: new Set(['/cache/built']), assetsDir: '' },
      '/cache/built/etcd',
    ],
    [
      'our own build before a downloaded archive',
      { complete: new Set(['/cache/built', '/cache/downloaded']) },
      '/cache/built/etcd',
    ],
    ['an archive of an earlier run', { complete: new Set(['/cache/downloaded']) }, '/cache/downloaded/etcd'],
    [
      'what another run put into the cache while we waited for it',
      { complete: new Set(), appears: '/cache/built', build: { folder: '/second-build' } },
      '/cache/built/etcd',
    ],
    [
      'a download before a build',
      { complete: new Set(), download: { folder: '/fetched' }, build: { folder: '/compiled' } },
      '/fetched/etcd',
    ],
    [
      'a build where there is no internet',
      { complete: new Set(), build: { folder: '/compiled' } },
      '/compiled/etcd',
    ],
  ])('takes %s', async (_, world, etcd) => {
    expect((await resolveBinaries(sourcesIn(world))).etcd).toBe(etcd);
  });

  it('refuses an incomplete KUBEBUILDER_ASSETS instead of quietly taking something else', async () => {
    const resolved = resolveBinaries(
      sourcesIn({ complete: new Set(['/cache/built']), assetsDir: '/assets' }),
    );

    await expect(resolved).rejects.toThrow(
      new PrerequisiteError(
        'KUBEBUILDER_ASSETS=/assets lacks etcd, kube-apiserver, kubectl; complete the folder or unset the variable',
      ),
    );
  });

  it('says what to install or set when no way works', async () => {
    const resolved = resolveBinaries(sourcesIn({ complete: new Set() }));

    await expect(resolved).rejects.toThrow(PrerequisiteError);
    await expect(resolved).rejects.toThrow(
      /download: offline[^]*build: Go is not installed[^]*Install Go 1\.26\.0 or later[^]*KUBEBUILDER_ASSETS/,
    );
  });
});
