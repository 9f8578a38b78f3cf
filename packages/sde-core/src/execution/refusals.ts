import { SdeError } from '../errors/sde-error.js';

/** The error of a program that another backend prepared. */
export const notPrepared = (where: string): SdeError =>
  new SdeError('value', {
    what: 'a program that this backend does not hold',
    where,
    expected: 'what prepare(program) of this very backend returned',
    got: 'something else',
    remedy: 'prepare the program with the backend that runs it',
  });

/** The error of closures that cannot leave their thread. */
export const notTraced = (name: string): SdeError =>
  new SdeError('unsupported', {
    what: 'a program made of closures cannot go to worker threads',
    where: 'workers().prepare(program)',
    expected: 'a symbolic model with a functional given as an expression',
    got: `${name}, a native program`,
    remedy: 'use inline(), or write model and functional as expressions',
  });

/** The error of a thread that died or could not start, while it computed blocks or did a task. */
export const workerFailed = (cause: unknown, task = false): SdeError =>
  new SdeError(
    'device',
    {
      what: 'a worker thread failed',
      where: task ? 'workers().perform(calls)' : 'workers().run(prepared)',
      expected: 'threads that stay alive until close(), or whose replacements do',
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'use inline() to see the failure where it happens; where memory ran out, use fewer threads',
    },
    { cause },
  );
