import { type Emitted, emit, emitCalls, literal } from '../expression/emit.js';
import { generated } from '../expression/generated.js';
import { type Interpreter, interpreter } from '../expression/interpret.js';
import type { Model } from '../models/model.js';
import type { StepSource } from './representation.js';
import { type CallSource, type StepCode, stepCode } from './step-code.js';
import type { TimeGrid } from './time-grid.js';
import type { TracedStep } from './trace.js';

/** The state at step n and that step's noise to the state at step n + 1. */
export type StepFunction = (n: number, x: Float64Array, noise: Float64Array, out: Float64Array) => void;

/** How generated code reads X_n and its noise; `n` is the step. */
export interface StepText {
  readonly state: (i: number) => string;
  readonly noise: (j: number) => string;
}

/** The statements of one step. */
export function emitStep({ instructions, calls }: StepCode, grid: TimeGrid, text: StepText): Emitted {
  const made = new Set<number>();
  return emit<StepSource | CallSource>(instructions, (source, name, lines) => {
    switch (source.kind) {
      case 'time':
        return grid.boundaries ? 'boundaries[n]' : `${literal(grid.t0)} + n * ${literal(grid.h)}`;
      case 'before':
        return grid.boundaries ? 'before[n]' : 'NaN';
      case 'state':
        return text.state(source.index);
      case 'noise':
        return text.noise(source.component);
      case 'call': {
        const { coefficient, t, x } = calls[source.call];
        if (!made.has(source.call))
          lines.push(
            ...x.map((place, i) => `at[${i}] = ${name(place)};`),
            `model.${coefficient}(${name(t)}, at, ${coefficient});`,
          );
        made.add(source.call);
        return `${coefficient}[${source.index}]`;
      }
      default:
        return source satisfies never;
    }
  });
}

/** The tables of times that a step on a grid with breakpoints reads. */
export const emitTimes = (grid: TimeGrid): readonly string[] =>
  grid.boundaries ? ['const { boundaries, before } = runtime;'] : [];

/** The same tables, for the runtime of the code. */
export const timesOf = (grid: TimeGrid): Readonly<Record<string, Float64Array>> =>
  grid.boundaries
    ? {
        boundaries: grid.boundaries,
        before: Float64Array.from({ length: grid.steps }, (_, n) => grid.before(n)),
      }
    : {};

/** The JavaScript of a chain's `step`. */
export function stepSource(code: StepCode, grid: TimeGrid): string {
  const emitted = emitStep(code, grid, { state: (i) => `x[${i}]`, noise: (j) => `noise[${j}]` });
  const sizes = new Map(code.calls.map(({ coefficient, size }) => [coefficient, size]));
  return [
    ...emitCalls(emitted),
    ...emitTimes(grid),
    ...(sizes.size > 0 ? ['const { model } = runtime;', `const at = new Float64Array(${code.next.length});`] : []),
    ...[...sizes].map(([coefficient, size]) => `const ${coefficient} = new Float64Array(${size});`),
    ...emitted.head,
    'return (n, x, noise, out) => {',
    ...emitted.lines.map((line) => `  ${line}`),
    ...code.next.map((place, i) => `  out[${i}] = ${emitted.name(place)};`),
    '};',
  ].join('\n');
}

/** A traced step as a function; `model` answers the calls that the step makes, if it makes any. */
export function compileStep(step: TracedStep, grid: TimeGrid, model?: Model): StepFunction {
  const code = stepCode(step);
  return generated<StepFunction>(
    () => stepSource(code, grid),
    () => interpretedStep(code, grid, model),
    { model, ...timesOf(grid) },
  );
}

/** The same, interpreted. */
export function interpretedStep({ instructions, next, calls }: StepCode, grid: TimeGrid, model?: Model): StepFunction {
  let n = 0;
  let state: Float64Array = new Float64Array();
  let noise: Float64Array = state;
  const made = new Set<number>();
  const answers = calls.map(({ size }) => new Float64Array(size));
  const call = (index: number, registers: Interpreter['registers']): (() => void) => {
    const { coefficient, t, x } = calls[index];
    const at = new Float64Array(x.length);
    return () => {
      for (let i = 0; i < x.length; i++) at[i] = registers[x[i]];
      model?.[coefficient]?.(registers[t], at, answers[index]);
    };
  };
  const { registers, run } = interpreter<StepSource | CallSource>(instructions, (source, values) => {
    switch (source.kind) {
      case 'time':
        return () => grid.start(n);
      case 'before':
        return grid.boundaries ? () => grid.before(n) : () => Number.NaN;
      case 'state':
        return () => state[source.index];
      case 'noise':
        return () => noise[source.component];
      case 'call': {
        const answer = answers[source.call];
        if (made.has(source.call)) return () => answer[source.index];
        made.add(source.call);
        const answered = call(source.call, values);
        return () => {
          answered();
          return answer[source.index];
        };
      }
      default:
        return source satisfies never;
    }
  });
  return (step, x, w, out) => {
    [n, state, noise] = [step, x, w];
    run();
    for (let i = 0; i < next.length; i++) out[i] = registers[next[i]];
  };
}
