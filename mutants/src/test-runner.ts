import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A test file with the tests of it that are to run, all without `tests`. */
export interface Wanted {
  readonly file: string;
  readonly tests?: readonly string[];
}

/** What the process is asked. */
export interface Asked {
  readonly files: readonly Wanted[];
}

/** One test as it went. */
export interface TestTime {
  readonly file: string;
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly ms: number;
}

/** What the process says: the first test that failed, if one did. */
export interface Said {
  readonly failed?: string;
  readonly times: readonly TestTime[];
}

export type Outcome = Said | 'out of time';

export interface TestRunner {
  run(files: readonly Wanted[], limit: number): Promise<Outcome>;
  close(): void;
}

/**
 * Runs tests of the copy at `root` in a process of their own, which is ended and started again when it takes longer than a limit in milliseconds.
 * It ends, too, when the signal aborts; what runs then is said to have failed.
 */
export function testRunner(root: string, signal: AbortSignal, recorder?: string): TestRunner {
  let child: ChildProcess | undefined;
  const end = (): void => {
    if (child?.pid !== undefined && child.exitCode === null)
      try {
        // The group: vitest's own processes, too.
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    child = undefined;
  };
  signal.addEventListener('abort', end);
  return {
    run(files, limit) {
      if (signal.aborted) return Promise.resolve({ failed: 'ended', times: [] });
      child ??= fork(
        fileURLToPath(new URL('./test-process.js', import.meta.url)),
        [root, ...(recorder ? [recorder] : [])],
        {
          detached: true,
          stdio: 'ignore',
          cwd: root,
          env: { ...process.env, NO_COLOR: '1', CI: '1' },
        },
      );
      const running = child;
      return new Promise((resolve) => {
        const finish = (outcome: Outcome): void => {
          clearTimeout(timer);
          running.removeAllListeners();
          if (outcome === 'out of time') end();
          resolve(outcome);
        };
        const timer = setTimeout(() => finish('out of time'), limit);
        running.once('message', (said) => finish(said as Said));
        running.once('exit', () => {
          child = undefined;
          finish({ failed: 'the process ended', times: [] });
        });
        running.send({ files } satisfies Asked);
      });
    },
    close() {
      signal.removeEventListener('abort', end);
      end();
    },
  };
}
