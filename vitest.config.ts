import { defineConfig, type ViteUserConfig } from 'vitest/config';

const component = ['**/*.component.test.ts'];
/** Minutes each: only `npm run test:long` runs them, which sets TEST_LONG. */
const longComponent = ['**/*.long.component.test.ts'];
const isLong = process.env['TEST_LONG'] === '1';
const contract = ['**/*.contract.test.ts'];
/** Real network namespaces: need root. */
const host = ['**/*.host.test.ts'];
const long = ['**/*.long.test.ts'];
const notOurs = ['**/node_modules/**', 'dist/**'];

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{api,bench,src,simulator,hack,test}/**/*.test.ts'],
          // Properties run hundreds of cases; how long that takes is no business of a test.
          testTimeout: 60_000,
          exclude: [...notOurs, ...component, ...contract, ...host, ...long, 'test/e2e/**'],
        },
      },
      {
        test: {
          name: 'contract',
          include: contract,
          exclude: notOurs,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: { name: 'host', include: host, exclude: notOurs, testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        test: {
          name: 'component',
          include: component,
          exclude: isLong ? notOurs : [...notOurs, ...longComponent],
          // Both kinds are cluster-scoped, so two files would see each other's objects on one API server: each worker has its own.
          // Tests of minutes measure, and stay alone.
          maxWorkers: isLong ? 1 : 2,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/control-plane-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

export default config;
