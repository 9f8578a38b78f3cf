import { straightline } from '../expression/emit.js';
import type { Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import type { TimeGrid } from './time-grid.js';
import type { TracedStep } from './trace.js';

/** Lines of JavaScript, and the functions of the algebra that they call. */
export interface Emitted {
  readonly lines: readonly string[];
  readonly calls: ReadonlySet<string>;
}

/** What code generated here is handed when it is built. */
export interface KernelRuntime {
  readonly numbers: typeof numbers;
}

/**
 * The statements of one step. `n` is the step; `state` and `noise` say how X_n and the noise are read.
 *
 * @param assign - The statement that stores component i of X_(n+1); all of X_n has been read by then.
 */
export function emitStep(
  step: TracedStep,
  grid: TimeGrid,
  text: {
    readonly state: (i: number) => string;
    readonly noise: (j: number) => string;
    readonly assign: (i: number, value: string) => string;
  },
): Emitted {
  const places = new Map<Node, string>([
    [step.time, grid.boundaries ? 'boundaries[n]' : `${number(grid.t0)} + n * ${number(grid.h)}`],
    [step.before, 'before[n]'],
    ...step.state.map((symbol, i): [Node, string] => [symbol, text.state(i)]),
    ...step.noise.map((symbol, j): [Node, string] => [symbol, text.noise(j)]),
  ]);
  const code = straightline(step.next, (symbol) => places.get(symbol) ?? 'NaN');
  return {
    lines: [...code.statements, ...step.next.map((node, i) => text.assign(i, code.name(node)))],
    calls: code.calls,
  };
}

/** The tables of times that a step on a grid with breakpoints reads. */
export function emitTables(grid: TimeGrid): readonly string[] {
  if (!grid.boundaries) return [];
  const before = Array.from({ length: grid.steps }, (_, n) => grid.before(n));
  return [`const boundaries = [${Array.from(grid.boundaries).join(', ')}];`, `const before = [${before.join(', ')}];`];
}

/** The line that takes functions out of the runtime, if any are called. */
export function emitCalls(...emitted: readonly Emitted[]): readonly string[] {
  const calls = [...new Set(emitted.flatMap((code) => [...code.calls]))].sort();
  return calls.length === 0 ? [] : [`const { ${calls.join(', ')} } = runtime.numbers;`];
}

/** A number as a JavaScript operand: it reads back to the same bits. */
export const number = (value: number): string => (value < 0 || Object.is(value, -0) ? `(${value})` : `${value}`);

/** Builds generated code: `lines` end by returning what it makes. */
export function build(lines: readonly string[]): unknown {
  const runtime: KernelRuntime = { numbers };
  return new Function('runtime', `"use strict";\n${lines.join('\n')}`)(runtime);
}
