import { closedForms } from './cases.js';
import type { ClosedForm } from './closed-form.js';
import { faster, fasterRungs, type Ladder, ladder, type Rung } from './ladder.js';
import type { NativeProgram } from './native-program.js';
import { quantlibRungs } from './quantlib.js';

/** A case as the toolkit solved it and, where QuantLib can and is there, as QuantLib did. */
export interface ClosedFormRow extends Ladder {
  readonly quantlib?: readonly Rung[];
}

/** All cases in one run. */
export interface ClosedFormStudy {
  readonly kind: 'closed-forms';
  readonly rows: readonly ClosedFormRow[];
  /** Why there is nothing of QuantLib. */
  readonly skipped?: string;
  readonly rounds: number;
}

export interface ClosedFormOptions {
  /** All of it is run so often, toolkit and QuantLib in turn, and the shortest times count. */
  readonly rounds: number;
  readonly quantlib: NativeProgram;
  /** CPU seconds of this process: a busy machine stretches the wall clock, not this. */
  readonly clock: () => number;
  readonly cases?: readonly ClosedForm[];
  readonly onProgress?: (news: { readonly done: number; readonly of: number; readonly words: string }) => void;
  readonly signal?: AbortSignal;
}

/** Solves every case on its ladder, `rounds` times. */
export async function closedFormStudy(options: ClosedFormOptions): Promise<ClosedFormStudy> {
  const { rounds, quantlib, clock, cases = closedForms(), onProgress, signal } = options;
  const rows: ClosedFormRow[] = [];
  const total = rounds * cases.length;
  for (let round = 0; round < rounds; round++) {
    for (const [i, one] of cases.entries()) {
      signal?.throwIfAborted();
      const ours = ladder(one, clock);
      const theirs =
        one.quantlib && quantlib.kind === 'ready'
          ? { quantlib: await quantlibRungs(quantlib, one, one.quantlib, signal) }
          : {};
      rows[i] = round === 0 ? { ...ours, ...theirs } : shorter(rows[i], { ...ours, ...theirs });
      onProgress?.({ done: round * cases.length + i + 1, of: total, words: one.name });
    }
  }
  const skipped = quantlib.kind === 'absent' ? { skipped: quantlib.reason } : {};
  return { kind: 'closed-forms', rows, rounds, ...skipped };
}

function shorter(a: ClosedFormRow, b: ClosedFormRow): ClosedFormRow {
  const quantlib = a.quantlib && b.quantlib ? { quantlib: fasterRungs(a.quantlib, b.quantlib) } : {};
  return { ...faster(a, b), ...quantlib };
}
