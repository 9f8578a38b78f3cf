import type { Node } from '../expression/graph.js';
import { type Constant, type Straightline, straightline } from '../expression/straightline.js';
import type { ModelCall } from './opaque-coefficients.js';
import type { StepSource } from './representation.js';
import type { TracedStep } from './trace.js';

/** A number that a closure of the model writes: entry `index` of what call `call` gives. Only steps that stay on their thread have these. */
export interface CallSource {
  readonly kind: 'call';
  readonly call: number;
  readonly index: number;
}

/** One evaluation of a closure, with the places of its arguments. */
export interface PlacedCall {
  readonly coefficient: ModelCall['coefficient'];
  readonly t: number;
  /** Shape (d). */
  readonly x: readonly number[];
  /** How many numbers it writes. */
  readonly size: number;
}

/** A step as straight-line code. */
export interface StepCode<Source extends { readonly kind: string } = StepSource | CallSource> {
  readonly instructions: Straightline<Source>['instructions'];
  /** Shape (d). */
  readonly next: readonly number[];
  readonly calls: readonly PlacedCall[];
}

/** A traced step as straight-line code; of a symbolic model, every source is one of a representation. */
export function stepCode(step: TracedStep): StepCode {
  const sources = new Map<Node, StepSource | CallSource>([
    [step.time, { kind: 'time' }],
    [step.before, { kind: 'before' }],
    ...step.state.map((symbol, index): [Node, StepSource] => [symbol, { kind: 'state', index }]),
    ...step.noise.map((symbol, component): [Node, StepSource] => [
      symbol,
      { kind: 'noise', stream: 0, step: 0, component },
    ]),
    ...step.calls.flatMap(({ results }, call) =>
      results.map((symbol, index): [Node, CallSource] => [symbol, { kind: 'call', call, index }]),
    ),
  ]);
  // Results of a call have consecutive ids, all after its arguments': it is made at the first of them, and its buffer is read before the next call writes it.
  const needed = [...step.next, ...step.calls.flatMap(({ t, x }) => [t, ...x])];
  const { instructions, at } = straightline(needed, (symbol) => sources.get(symbol) ?? UNKNOWN);
  return {
    instructions,
    next: step.next.map(at),
    calls: step.calls.map(({ coefficient, t, x, results }) => ({
      coefficient,
      t: at(t),
      x: x.map(at),
      size: results.length,
    })),
  };
}

/** What no one gives a value has none. */
const UNKNOWN: Constant = { kind: 'constant', value: 'NaN' };
