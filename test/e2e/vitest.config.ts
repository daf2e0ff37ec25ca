import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Apart from the other projects, because each file starts a whole cluster of its own: `npm run e2e`.
const config: ViteUserConfig = defineConfig({
  test: {
    name: 'e2e',
    root: join(import.meta.dirname, '..', '..'),
    include: ['test/e2e/**/*.e2e.test.ts'],
    fileParallelism: false,
    // Every step with its time.
    reporters: ['verbose'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});

export default config;
