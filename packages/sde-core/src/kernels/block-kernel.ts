import { literal } from '../expression/emit.js';
import type { Node } from '../expression/graph.js';
import type { PairSource } from '../randomness/random-generator.js';
import { build, type Emitted, emitCalls, emitNodes, emitStep, emitTables } from './emit-step.js';
import type { NativeProgram, Program } from './program.js';
import type { TimeGrid } from './time-grid.js';
import type { TracedStep } from './trace.js';

/**
 * Writes the values of paths first, …, first + count − 1 into `values[0]`, …; NaN where the state at T is not finite. Where the program names states
 * that stay at or above 0, `below[0]`, … become 1 for paths that did not.
 *
 * A pure function of its arguments: a block computed twice, or in parts, gives the same bits.
 */
export type BlockKernel = (
  noise: PairSource,
  first: number,
  count: number,
  values: Float64Array,
  below: Uint8Array,
) => void;

/** A functional of the state at T as a node over symbols, in a graph of its own: other functionals do not change its code. */
export interface TracedValue {
  /** Shape (d). */
  readonly state: readonly Node[];
  readonly node: Node;
}

/** The kernel of a program. Cost: one compilation for a traced program. */
export function blockKernel(program: Program): BlockKernel {
  // A traced program's source returns exactly this function.
  return program.kind === 'traced' ? (build(program.source) as BlockKernel) : nativeKernel(program);
}

/** The JavaScript of a block kernel: the step and the functional inside the loops over paths and steps. */
export function blockSource(
  step: TracedStep,
  grid: TimeGrid,
  parts: {
    readonly value: TracedValue;
    readonly x0: ArrayLike<number>;
    readonly antithetic: boolean;
    readonly nonNegative?: readonly number[];
  },
): string {
  const { antithetic, nonNegative = [] } = parts;
  const watched = nonNegative.length > 0;
  const many = step.state.length > MOST_LOCALS;
  const x = (i: number): string => (many ? `x[${i}]` : `x${i}`);
  const code = emitStep(step, grid, {
    state: x,
    noise: (j) => (antithetic ? `sign * w[at + ${j}]` : `w[at + ${j}]`),
    assign: (i, value) => `${x(i)} = ${value};`,
  });
  const value = emitValue(parts.value, x);
  const infinite = inParts(step.state.map((_, i) => `${x(i)} - ${x(i)}`));
  const size = step.noise.length;
  const walk = [
    `const walk = (noise, path${antithetic ? ', sign' : ''}) => {`,
    ...(many ? ['  x.set(start);'] : Array.from(parts.x0, (start, i) => `  let x${i} = ${literal(start)};`)),
    ...(watched ? ['  let least = 0;'] : []),
    `  for (let n = 0; n < ${literal(grid.steps)}; n++) {`,
    ...(size > 0
      ? [
          '    if ((n & 1) === 0) noise(path, n >>> 1, w);',
          `    const at = ${size === 1 ? 'n & 1' : `(n & 1) * ${size}`};`,
        ]
      : []),
    ...code.lines.map((line) => `    ${line}`),
    ...nonNegative.map((i) => `    if (${x(i)} < least) least = ${x(i)};`),
    '  }',
    ...(watched ? ['  if (least < 0) under = 1;'] : []),
    ...infinite.map((part) => `  if (${part} !== 0) return NaN;`),
    ...value.lines.map((line) => `  ${line}`),
    '};',
  ];
  const call = antithetic ? '(walk(noise, first + i, 1) + walk(noise, first + i, -1)) / 2' : 'walk(noise, first + i)';
  return [
    ...emitCalls(code, value),
    ...emitTables(step, grid),
    ...(size > 0 ? [`const w = new Float64Array(${2 * size});`] : []),
    ...(many
      ? [`const x = new Float64Array(${parts.x0.length});`, `const start = [${Array.from(parts.x0, literal)}];`]
      : []),
    ...(watched ? ['let under = 0;'] : []),
    ...walk,
    `return (noise, first, count, values${watched ? ', below' : ''}) => {`,
    ...(watched
      ? [
          '  for (let i = 0; i < count; i++) {',
          '    under = 0;',
          `    values[i] = ${call};`,
          '    below[i] = under;',
          '  }',
        ]
      : [`  for (let i = 0; i < count; i++) values[i] = ${call};`]),
    '};',
  ].join('\n');
}

/** A function with more local values than this may not fit on the stack: states are then kept in an array, to the same bits. Empirical. */
const MOST_LOCALS = 4096;

/** A sum in parts that a parser's stack holds. */
function inParts(terms: readonly string[]): readonly string[] {
  const size = 1024;
  return Array.from({ length: Math.ceil(terms.length / size) }, (_, k) =>
    terms.slice(k * size, (k + 1) * size).join(' + '),
  );
}

function emitValue({ state, node }: TracedValue, x: (i: number) => string): Emitted {
  const places = new Map(state.map((symbol, i) => [symbol, x(i)]));
  const { lines, calls, name } = emitNodes([node], places);
  return { lines: [...lines, `return ${name(node)};`], calls };
}

function nativeKernel(program: NativeProgram): BlockKernel {
  const { dimension, steps, laws, antithetic, nonNegative = [] } = program;
  const x0 = Float64Array.from(program.x0);
  const pairs = new Float64Array(2 * laws.length);
  const halves = [pairs.subarray(0, laws.length), pairs.subarray(laws.length)];
  const even = new Float64Array(dimension);
  const odd = new Float64Array(dimension);
  let under = 0;
  const walk = (source: PairSource, path: number, negate: boolean): number => {
    even.set(x0);
    for (let n = 0; n < steps; n++) {
      if (n % 2 === 0) {
        source(path, n >>> 1, pairs);
        if (negate) for (let j = 0; j < pairs.length; j++) pairs[j] = -pairs[j];
        program.step(n, even, halves[0], odd);
      } else program.step(n, odd, halves[1], even);
      const next = n % 2 === 0 ? odd : even;
      for (const i of nonNegative) if (next[i] < 0) under = 1;
    }
    const end = steps % 2 === 0 ? even : odd;
    return end.every(Number.isFinite) ? program.functional(end) : Number.NaN;
  };
  return (source, first, count, values, below) => {
    for (let i = 0; i < count; i++) {
      under = 0;
      const value = walk(source, first + i, false);
      values[i] = antithetic ? (value + walk(source, first + i, true)) / 2 : value;
      below[i] = under;
    }
  };
}
