import type { Mutant } from './built-file.js';
import { type Equivalent, reasonOf } from './equivalent.js';
import { reaching, type TimedReach } from './reach.js';
import type { Sandbox } from './sandbox.js';
import { testRunner } from './test-runner.js';

/** How a mutant ended. */
export interface Verdict extends Mutant {
  /** `unreached`: no test of those that were asked executes it. */
  readonly state: 'killed' | 'killed by time' | 'survived' | 'unreached' | 'equivalent';
  /** The test that failed, or why the mutant is equivalent. */
  readonly by?: string;
  /** How many test files were asked. */
  readonly files: number;
  readonly seconds: number;
}

export interface MutantRunOptions {
  readonly sandbox: Sandbox;
  readonly reaches: readonly TimedReach[];
  readonly equivalents: readonly Equivalent[];
  /** A mutant that loops for ever is ended after this, in milliseconds, and five times what its tests take unbroken. Default 60 000. */
  readonly patience?: number;
  /** Milliseconds, from any start. */
  readonly clock: () => number;
  readonly onVerdict: (verdict: Verdict, done: number) => void;
  /** A run that is ended keeps the verdicts so far. */
  readonly signal: AbortSignal;
}

const PATIENCE = 60_000;

/** Breaks the copy by each mutant in turn and runs the tests that execute it until one fails. */
export async function mutantRun(
  mutants: readonly Mutant[],
  { sandbox, reaches, equivalents, patience = PATIENCE, clock, onVerdict, signal }: MutantRunOptions,
): Promise<Verdict[]> {
  const runner = testRunner(sandbox.root, signal);
  const verdicts: Verdict[] = [];
  const verdictOf = async (mutant: Mutant): Promise<Omit<Verdict, keyof Mutant | 'seconds'>> => {
    const reason = reasonOf(mutant, equivalents);
    if (reason !== undefined) return { state: 'equivalent', by: reason, files: 0 };
    const { files, ms } = reaching(mutant, reaches);
    if (files.length === 0) return { state: 'unreached', files: 0 };
    sandbox.break(mutant);
    try {
      const outcome = await runner.run(files, patience + 5 * ms);
      if (outcome === 'out of time') return { state: 'killed by time', files: files.length };
      if (outcome.failed !== undefined) return { state: 'killed', by: outcome.failed, files: files.length };
      return { state: 'survived', files: files.length };
    } finally {
      sandbox.mend(mutant);
    }
  };
  try {
    for (const mutant of mutants) {
      if (signal.aborted) break;
      const begun = clock();
      const verdict: Verdict = { ...mutant, ...(await verdictOf(mutant)), seconds: (clock() - begun) / 1000 };
      if (signal.aborted) break;
      verdicts.push(verdict);
      onVerdict(verdict, verdicts.length);
    }
  } finally {
    runner.close();
  }
  return verdicts;
}
