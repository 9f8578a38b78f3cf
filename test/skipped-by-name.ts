import type { Reporter } from 'vitest/node';

/** Says at the end of a run which tests were skipped, and why where they say so: for want of Jupyter, QuantLib or a compiler. */
export function skippedByName(): Reporter {
  let chosen = false;
  return {
    onInit: ({ config }) => {
      // With -t all others are skipped, which is no news.
      chosen = config.testNamePattern !== undefined;
    },
    onTestRunEnd: (modules) => {
      if (chosen) return;
      for (const { children } of modules) {
        for (const test of children.allTests('skipped')) {
          const result = test.result();
          const why = result.state === 'skipped' && result.note ? `: ${result.note}` : '';
          process.stdout.write(`skipped: ${test.fullName}${why}\n`);
        }
      }
    },
  };
}
