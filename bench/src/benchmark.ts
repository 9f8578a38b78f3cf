/** A number and what it cost. */
export interface Measured {
  readonly value: number;
  /** Its standard error; 0 where nothing is sampled. */
  readonly error: number;
  /** Of CPU: a busy machine stretches the wall clock, not this. */
  readonly seconds: number;
}

/** A program in bench/limits. */
export type LimitName = 'lines' | 'planes' | 'paths' | 'sparse';

/** The same work by the toolkit, by our C++, and by a peer. */
export interface Benchmark {
  readonly name: string;
  /** Point-steps or path-steps: times are divided by it. */
  readonly work: number;
  /** What comes before, and is not timed. */
  prepare?(): void;
  /** The toolkit's number; it is timed from outside. */
  toolkit(): Promise<Omit<Measured, 'seconds'>>;
  /** Which program in bench/limits, and its words but for the repeats, which come after the first. */
  readonly limit: { readonly program: LimitName; readonly kind: string; readonly sizes: readonly number[] };
  /** The ratio of toolkit to C++ that is aimed at, where one is. */
  readonly target?: number;
  /** QuantLib's words for as much work: its time is shown, its number is another discretization's. */
  readonly quantlib?: readonly string[];
}

/** Relative: two programs that add the same terms in another order over some thousand steps. */
const ROUNDING = 1e-10;
/** Standard errors: two independent samples differ by more once in a million times. */
const FAR = 5;

/** Whether toolkit and limit have computed the same thing: a limit that skips work is none. */
export function agree(a: Omit<Measured, 'seconds'>, b: Omit<Measured, 'seconds'>): boolean {
  const allowed = ROUNDING * Math.abs(a.value) + FAR * Math.hypot(a.error, b.error);
  return Math.abs(a.value - b.value) <= allowed;
}
