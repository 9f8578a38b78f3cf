import { emit, emitCalls, literal } from '../expression/emit.js';
import { generated } from '../expression/generated.js';
import { interpreter } from '../expression/interpret.js';
import { numberOf } from '../expression/straightline.js';
import type { PairSource } from '../randomness/random-generator.js';
import type { NativeProgram } from './program.js';
import type { FunctionalSource, Representation } from './representation.js';
import type { StepCode } from './step-code.js';
import { emitStep, emitTimes, interpretedStep, type StepFunction, timesOf } from './step-kernel.js';
import { gridOf } from './time-grid.js';

/**
 * Writes the functionals of one path into `values`, shape (functionals); NaN where the state at T is not finite. `sign` −1 negates all noise. Whether a
 * watched state was below 0 on the way.
 */
export type Walk = (noise: PairSource, path: number, sign: 1 | -1, values: Float64Array) => boolean;

/** The walk of a representation that was checked, compiled or interpreted. */
export function representedWalk(program: Representation): Walk {
  return generated<Walk>(
    () => walkSource(program),
    () => interpretedWalk(program),
    timesOf(gridOf(program.grid)),
  );
}

/** A function with more local values than this may not fit on the stack: states are then kept in an array, to the same bits. Empirical. */
const MOST_LOCALS = 4096;

/** The JavaScript of a walk: the step inside the loop over steps, and after it the functionals. */
export function walkSource(program: Representation): string {
  const { laws, step, functionals, antithetic, nonNegative = [] } = program;
  const grid = gridOf(program.grid);
  const x0 = program.x0.map((start) => literal(numberOf(start)));
  const watched = nonNegative.length > 0;
  const many = x0.length > MOST_LOCALS;
  const x = (i: number): string => (many ? `x[${i}]` : `x${i}`);
  const code = emitStep(withoutCalls(step), grid, {
    state: x,
    noise: (j) => (antithetic ? `sign * w[at + ${j}]` : `w[at + ${j}]`),
  });
  const value = emit<FunctionalSource>(functionals.instructions, ({ index }) => x(index), 'u');
  const infinite = inParts(x0.map((_, i) => `${x(i)} - ${x(i)}`));
  const size = laws.length;
  return [
    ...emitCalls(code, value),
    ...emitTimes(grid),
    ...code.head,
    ...value.head,
    ...(size > 0 ? [`const w = new Float64Array(${2 * size});`] : []),
    ...(many ? [`const x = new Float64Array(${x0.length});`, `const start = [${x0}];`] : []),
    'return (noise, path, sign, values) => {',
    ...(many ? ['  x.set(start);'] : x0.map((start, i) => `  let x${i} = ${start};`)),
    ...(watched ? ['  let least = 0;'] : []),
    `  for (let n = 0; n < ${literal(grid.steps)}; n++) {`,
    ...(size > 0
      ? [
          '    if ((n & 1) === 0) noise(path, n >>> 1, w);',
          `    const at = ${size === 1 ? 'n & 1' : `(n & 1) * ${size}`};`,
        ]
      : []),
    ...code.lines.map((line) => `    ${line}`),
    ...step.next.map((place, i) => `    ${x(i)} = ${code.name(place)};`),
    ...nonNegative.map((i) => `    if (${x(i)} < least) least = ${x(i)};`),
    '  }',
    ...infinite.map((part) => `  if (${part} !== 0) { values.fill(NaN); return ${watched ? 'least < 0' : 'false'}; }`),
    ...value.lines.map((line) => `  ${line}`),
    ...functionals.values.map((place, k) => `  values[${k}] = ${value.name(place)};`),
    `  return ${watched ? 'least < 0' : 'false'};`,
    '};',
  ].join('\n');
}

const withoutCalls = ({ instructions, next }: Representation['step']): StepCode => ({ instructions, next, calls: [] });

/** A sum in parts that a parser's stack holds. */
function inParts(terms: readonly string[]): readonly string[] {
  const size = 1024;
  return Array.from({ length: Math.ceil(terms.length / size) }, (_, k) =>
    terms.slice(k * size, (k + 1) * size).join(' + '),
  );
}

/** The same walk with its step and functionals interpreted. */
export function interpretedWalk(program: Representation): Walk {
  const { grid, laws, x0, nonNegative, functionals } = program;
  let state: Float64Array = new Float64Array();
  const { registers, run } = interpreter<FunctionalSource>(
    functionals.instructions,
    ({ index }) =>
      () =>
        state[index],
  );
  return stepwise({
    steps: grid.steps,
    size: laws.length,
    x0: x0.map(numberOf),
    nonNegative,
    step: interpretedStep(withoutCalls(program.step), gridOf(grid)),
    functionals(x, values) {
      state = x;
      run();
      for (let k = 0; k < values.length; k++) values[k] = registers[functionals.values[k]];
    },
  });
}

/** The walk of a program made of closures. */
export function nativeWalk(program: NativeProgram): Walk {
  const { steps, laws, x0, nonNegative } = program;
  return stepwise({
    steps,
    size: laws.length,
    x0,
    nonNegative,
    step: (n, x, noise, out) => program.step(n, x, noise, out),
    functionals(x, values) {
      for (let k = 0; k < values.length; k++) values[k] = program.functionals[k](x);
    },
  });
}

/** A walk that calls a step and the functionals. */
function stepwise(parts: {
  readonly steps: number;
  /** Random variables a step. */
  readonly size: number;
  readonly x0: readonly number[];
  readonly nonNegative?: readonly number[];
  readonly step: StepFunction;
  functionals(x: Float64Array, values: Float64Array): void;
}): Walk {
  const { steps, size, nonNegative = [], step } = parts;
  const x0 = Float64Array.from(parts.x0);
  const pairs = new Float64Array(2 * size);
  const halves = [pairs.subarray(0, size), pairs.subarray(size)];
  const even = new Float64Array(x0.length);
  const odd = new Float64Array(x0.length);
  return (noise, path, sign, values) => {
    let below = false;
    even.set(x0);
    for (let n = 0; n < steps; n++) {
      if (n % 2 === 0) {
        noise(path, n >>> 1, pairs);
        if (sign < 0) for (let j = 0; j < pairs.length; j++) pairs[j] = -pairs[j];
        step(n, even, halves[0], odd);
      } else step(n, odd, halves[1], even);
      const next = n % 2 === 0 ? odd : even;
      for (const i of nonNegative) if (next[i] < 0) below = true;
    }
    const end = steps % 2 === 0 ? even : odd;
    if (end.every(Number.isFinite)) parts.functionals(end, values);
    else values.fill(Number.NaN);
    return below;
  };
}
