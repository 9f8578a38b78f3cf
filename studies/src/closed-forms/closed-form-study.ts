import { NOTHING_KEPT, type Parts } from '../run-folder/parts.js';
import { count, fields, list, maybe, number, type Shape, text } from '../run-folder/shape.js';
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
  /** Where solves that are done are kept, with their times. */
  readonly parts?: Parts;
  readonly onProgress?: (news: { readonly done: number; readonly of: number; readonly words: string }) => void;
  readonly signal?: AbortSignal;
}

/** Solves every case on its ladder, `rounds` times. */
export async function closedFormStudy(options: ClosedFormOptions): Promise<ClosedFormStudy> {
  const { rounds, quantlib, clock, cases = closedForms(), parts = NOTHING_KEPT, onProgress, signal } = options;
  const rows: ClosedFormRow[] = [];
  const total = rounds * cases.length;
  for (let round = 0; round < rounds; round++) {
    for (const [i, one] of cases.entries()) {
      signal?.throwIfAborted();
      const theirs = quantlib.kind === 'ready' ? quantlib : undefined;
      const name = `round ${round}, case ${i}, ${one.name}${theirs ? ', beside QuantLib' : ''}`;
      const row = await parts.part(name, rowShape, async () => {
        const ours = ladder(one, clock);
        if (!one.quantlib || !theirs) return ours;
        return { ...ours, quantlib: await quantlibRungs(theirs, one, one.quantlib, signal) };
      });
      rows[i] = round === 0 ? row : shorter(rows[i], row);
      onProgress?.({ done: round * cases.length + i + 1, of: total, words: one.name });
    }
  }
  const skipped = quantlib.kind === 'absent' ? { skipped: quantlib.reason } : {};
  return { kind: 'closed-forms', rows, rounds, ...skipped };
}

const rungs = list(fields({ points: count, error: number, seconds: number }));
const rowShape: Shape<ClosedFormRow> = fields({
  name: text,
  exact: number,
  rungs,
  orders: list(number),
  extrapolated: rungs,
  quantlib: maybe(rungs),
});

function shorter(a: ClosedFormRow, b: ClosedFormRow): ClosedFormRow {
  const quantlib = a.quantlib && b.quantlib ? { quantlib: fasterRungs(a.quantlib, b.quantlib) } : {};
  return { ...faster(a, b), ...quantlib };
}
