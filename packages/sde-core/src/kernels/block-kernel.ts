import { straightline } from '../expression/emit.js';
import type { Node } from '../expression/graph.js';
import type { NoiseSource } from '../randomness/noise.js';
import { build, type Emitted, emitCalls, emitStep, emitTables, number } from './emit-step.js';
import type { NativeProgram, Program } from './program.js';
import type { TimeGrid } from './time-grid.js';
import type { TracedStep } from './trace.js';

/**
 * Writes the values of paths first, …, first + count − 1 into `values[0]`, …; NaN where the state at T is not finite.
 *
 * A pure function of its arguments: a block computed twice, or in parts, gives the same bits.
 */
export type BlockKernel = (noise: NoiseSource, first: number, count: number, values: Float64Array) => void;

/** The kernel of a program. Cost: one compilation for a traced program. */
export function blockKernel(program: Program): BlockKernel {
  // A traced program's source returns exactly this function.
  return program.kind === 'traced' ? (build([program.source]) as BlockKernel) : nativeKernel(program);
}

/** The JavaScript of a block kernel: the step and the functional inside the loops over paths and steps. */
export function blockSource(
  step: TracedStep,
  grid: TimeGrid,
  parts: { readonly value: Node; readonly x0: ArrayLike<number>; readonly antithetic: boolean },
): string {
  const { antithetic } = parts;
  const code = emitStep(step, grid, {
    state: (i) => `x${i}`,
    noise: (j) => (antithetic ? `sign * w[${j}]` : `w[${j}]`),
    assign: (i, value) => `x${i} = ${value};`,
  });
  const value = emitValue(step, parts.value);
  const finite = step.state.map((_, i) => `x${i} - x${i}`).join(' + ');
  const size = step.noise.length;
  const walk = [
    `const walk = (noise, path${antithetic ? ', sign' : ''}) => {`,
    ...Array.from(parts.x0, (start, i) => `  let x${i} = ${number(start)};`),
    `  for (let n = 0; n < ${grid.steps}; n++) {`,
    ...(size > 0 ? ['    noise(path, n, w);'] : []),
    ...code.lines.map((line) => `    ${line}`),
    '  }',
    `  if (${finite} !== 0) return NaN;`,
    ...value.lines.map((line) => `  ${line}`),
    '};',
  ];
  const call = antithetic ? '(walk(noise, first + i, 1) + walk(noise, first + i, -1)) / 2' : 'walk(noise, first + i)';
  return [
    ...emitCalls(code, value),
    ...emitTables(grid),
    ...(size > 0 ? [`const w = new Float64Array(${size});`] : []),
    ...walk,
    'return (noise, first, count, values) => {',
    `  for (let i = 0; i < count; i++) values[i] = ${call};`,
    '};',
  ].join('\n');
}

function emitValue(step: TracedStep, node: Node): Emitted {
  const code = straightline([node], (symbol) => `x${step.state.indexOf(symbol)}`);
  return { lines: [...code.statements, `return ${code.name(node)};`], calls: code.calls };
}

function nativeKernel(program: NativeProgram): BlockKernel {
  const { dimension, steps, laws, antithetic } = program;
  const x0 = Float64Array.from(program.x0);
  const noise = new Float64Array(laws.length);
  const even = new Float64Array(dimension);
  const odd = new Float64Array(dimension);
  const walk = (source: NoiseSource, path: number, negate: boolean): number => {
    even.set(x0);
    for (let n = 0; n < steps; n++) {
      source(path, n, noise);
      if (negate) for (let j = 0; j < noise.length; j++) noise[j] = -noise[j];
      if (n % 2 === 0) program.step(n, even, noise, odd);
      else program.step(n, odd, noise, even);
    }
    const end = steps % 2 === 0 ? even : odd;
    return end.every(Number.isFinite) ? program.functional(end) : Number.NaN;
  };
  return (source, first, count, values) => {
    for (let i = 0; i < count; i++) {
      const value = walk(source, first + i, false);
      values[i] = antithetic ? (value + walk(source, first + i, true)) / 2 : value;
    }
  };
}
