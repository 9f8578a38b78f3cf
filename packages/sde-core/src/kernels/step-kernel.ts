import type { Model } from '../models/model.js';
import { build, emitCalls, emitStep, emitTables } from './emit-step.js';
import type { TimeGrid } from './time-grid.js';
import type { TracedStep } from './trace.js';

/** The state at step n and that step's noise to the state at step n + 1. */
export type StepFunction = (n: number, x: Float64Array, noise: Float64Array, out: Float64Array) => void;

/** The JavaScript of a chain's `step`. */
export function stepSource(step: TracedStep, grid: TimeGrid): string {
  const code = emitStep(step, grid, {
    state: (i) => `x[${i}]`,
    noise: (j) => `noise[${j}]`,
    assign: (i, value) => `out[${i}] = ${value};`,
  });
  return [
    ...emitCalls(code),
    ...emitTables(step, grid),
    'return (n, x, noise, out) => {',
    ...code.lines.map((line) => `  ${line}`),
    '};',
  ].join('\n');
}

/** A traced step as a function; `model` answers the calls that the step makes. */
export function compileStep(step: TracedStep, grid: TimeGrid, model: Model): StepFunction {
  // The source above is a function of exactly these four arguments.
  return build(stepSource(step, grid), model) as StepFunction;
}
