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

const PROCESS = fileURLToPath(new URL('./test-process.js', import.meta.url));
const ENDED = 'the process ended';

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
  let ready: Promise<void> = Promise.resolve();
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
  const start = (): ChildProcess => {
    const process = fork(PROCESS, [root, ...(recorder ? [recorder] : [])], {
      detached: true,
      stdio: 'ignore',
      cwd: root,
      env: environment(),
    });
    // Whether it says so or ends, there is nothing more to wait for.
    ready = new Promise((resolve) => {
      process.once('message', () => resolve()).once('exit', () => resolve());
    });
    return process;
  };
  signal.addEventListener('abort', end);
  return {
    async run(files, limit) {
      child ??= start();
      const running = child;
      await ready;
      if (signal.aborted || running.exitCode !== null) return { failed: ENDED, times: [] };
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
          finish({ failed: ENDED, times: [] });
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

/** The environment without what a vitest that runs this has put there. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|VITE_|TEST$)/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', CI: '1' };
}
