// Runs test files of the copy, again and again: vitest is started once. Forked by test-runner.ts, which ends it when a mutant never ends.
import { join } from 'node:path';
import { BaseSequencer, createVitest, type TestCase, type TestSpecification } from 'vitest/node';
import type { Asked, Said, TestTime } from './test-runner.js';

const root = process.argv[2];
const recorder = process.argv[3];

/** Files are run in the order they are asked for: the likeliest to notice first. */
class AsAsked extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    return specifications;
  }
}

const started = createVitest('test', {
  root,
  config: join(root, 'vitest.config.ts'),
  watch: false,
  run: true,
  update: false,
  pool: 'forks',
  maxWorkers: 1,
  isolate: recorder !== undefined,
  bail: recorder === undefined ? 1 : 0,
  reporters: [{}],
  setupFiles: recorder === undefined ? [] : [recorder],
  sequence: { sequencer: AsAsked },
  // A mutant that prints or fails loudly is nothing to read.
  silent: true,
});

const say = (said: Said): void => {
  process.send?.(said);
};

process.on('message', async ({ files }: Asked) => {
  const vitest = await started;
  const project = vitest.getRootProject();
  const specifications = files.map(({ file, tests }) =>
    project.createSpecification(join(root, file), tests && { testIds: [...tests] }),
  );
  // What ran before is not asked about again.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const times: TestTime[] = [];
  let failed = unhandledErrors.length > 0 ? String((unhandledErrors[0] as Error)?.message) : undefined;
  for (const module of testModules) {
    const file = module.moduleId.slice(root.length + 1);
    if (!module.ok() && module.errors().length > 0) failed ??= `${file}: ${module.errors()[0].message}`;
    for (const test of module.children.allTests()) {
      const state = test.result().state;
      if (state === 'failed') failed ??= `${file}: ${test.fullName}`;
      times.push({ file, id: test.id, name: test.fullName, state, ms: milliseconds(test) });
    }
  }
  say({ failed, times });
});

// A start is no part of the time that a mutant may take.
started.then(() => say({ times: [] }));

function milliseconds(test: TestCase): number {
  return test.diagnostic()?.duration ?? 0;
}
