import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Takes longer than all others together, which run beside it. */
function isLongest({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith('life-of-a-cluster.e2e.test.ts');
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => Number(isLongest(other)) - Number(isLongest(one)));
  }
}

// Apart from the other projects, because each file starts a whole cluster of its own: `npm run e2e`.
const config: ViteUserConfig = defineConfig({
  test: {
    name: 'e2e',
    root: join(import.meta.dirname, '..', '..'),
    include: ['test/e2e/**/*.e2e.test.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Every step with its time.
    reporters: ['verbose'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});

export default config;
