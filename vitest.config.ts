import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { skippedByName } from './test/skipped-by-name.js';

// The suites run on what is shipped: the built files. `#package/folder/file` reaches a file that the package does not export.
const built = (folder: string): string => fileURLToPath(new URL(`${folder}/dist/`, import.meta.url));

// A file that the totals are written to, for whoever counts them.
const totals = process.env.TEST_TOTALS;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^#sde-core\/(.*)$/, replacement: `${built('packages/sde-core')}$1.js` },
      { find: /^#kolmogorov\/(.*)$/, replacement: `${built('packages/kolmogorov')}$1.js` },
      { find: /^#resnet-bridge\/(.*)$/, replacement: `${built('packages/resnet-bridge')}$1.js` },
      { find: /^#sde-plots\/(.*)$/, replacement: `${built('packages/sde-plots')}$1.js` },
      { find: /^#studies\/(.*)$/, replacement: `${built('studies')}$1.js` },
      { find: /^#mutants\/(.*)$/, replacement: `${built('mutants')}$1.js` },
      { find: /^#bench\/(.*)$/, replacement: `${built('bench')}$1.js` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default', skippedByName(), ...(totals ? [['json', { outputFile: totals }] as ['json', object]] : [])],
    server: { deps: { external: [/\/(packages\/[^/]+|studies|bench|mutants)\/dist\//] } },
  },
});
