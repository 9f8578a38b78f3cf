import { measuredLine, type NativeProgram } from 'studies';
import { agree, type Benchmark, type LimitName, type Measured } from './benchmark.js';

/** What one benchmark took, the least of all rounds; what is absent was not there to run. */
export interface BenchRow {
  readonly name: string;
  readonly work: number;
  readonly target?: number;
  readonly toolkit: Measured;
  readonly limit?: Measured;
  readonly quantlib?: Measured;
}

export interface BenchOptions {
  readonly rounds: number;
  readonly programs: Readonly<Record<LimitName | 'quantlib', NativeProgram>>;
  /** CPU seconds of this process. */
  readonly clock: () => number;
  readonly onProgress?: (news: { readonly done: number; readonly of: number; readonly words: string }) => void;
}

/** C++ is short beside the start of a process: it is repeated inside. */
const REPEATS = 3;

/**
 * Runs toolkit, limit and peer in turn, `rounds` times, one benchmark after the other: memory that one has filled is collected on the time of those that
 * come after it, so the large ones go last.
 *
 * @throws Error if toolkit and limit do not compute the same number.
 */
export async function benchRun(benchmarks: readonly Benchmark[], options: BenchOptions): Promise<readonly BenchRow[]> {
  const { rounds, programs, clock, onProgress } = options;
  const rows: BenchRow[] = [];
  for (const [i, one] of benchmarks.entries()) {
    for (let round = 0; round < rounds; round++) {
      one.prepare?.();
      const start = clock();
      const toolkit = { ...(await one.toolkit()), seconds: clock() - start };
      const { program, kind, sizes } = one.limit;
      const limit = await measured(programs[program], [kind, REPEATS, ...sizes].map(String));
      if (limit && !agree(toolkit, limit))
        throw new Error(
          `${one.name}: the toolkit computes ${toolkit.value}, bench/limits/${program}.cpp ${limit.value}`,
        );
      const quantlib = one.quantlib && (await measured(programs.quantlib, one.quantlib));
      const before: Partial<BenchRow> = rows[i] ?? {};
      rows[i] = {
        name: one.name,
        work: one.work,
        target: one.target,
        toolkit: least(before.toolkit, toolkit) ?? toolkit,
        limit: least(before.limit, limit),
        quantlib: least(before.quantlib, quantlib),
      };
      onProgress?.({ done: i * rounds + round + 1, of: rounds * benchmarks.length, words: one.name });
    }
  }
  return rows;
}

async function measured(program: NativeProgram, words: readonly string[]): Promise<Measured | undefined> {
  if (program.kind === 'absent') return undefined;
  const { value, seconds, error = 0 } = measuredLine(await program.run(words), words.join(' '));
  return { value, seconds, error };
}

const least = (a: Measured | undefined, b: Measured | undefined): Measured | undefined =>
  a && b ? (a.seconds <= b.seconds ? a : b) : (a ?? b);
