import type { SymbolicModel } from 'sde-core';
import { type Discrete, type Discretization, discrete } from '../backward/discretization.js';
import { constantFunction, type ScalarFunction } from '../operators/scalar-function.js';
import type { ControlBasis } from './control-basis.js';
import type { ControlLayout } from './control-layout.js';
import type { OpenLoopModel } from './open-loop-model.js';

/** The equation on its grid with parameters that move: one generator serves every θ. */
export interface ControlEquation extends Discrete {
  /** Sets θ, shape (rows, q) row-major, and after it the constants. */
  choose(unknowns: Float64Array): void;
}

/** Puts the model of a control problem on its grid. */
export function controlEquation(
  control: OpenLoopModel,
  basis: ControlBasis,
  layout: ControlLayout,
  ends: Float64Array,
  named: SymbolicModel,
  options: Discretization,
  where: string,
): ControlEquation {
  const { dimension: d, coefficients, chosen, running } = control;
  const unknowns = new Float64Array(layout.size);
  const read = (t: number, out: Float64Array): void => layout.read(unknowns, t, out);
  const moving = { autonomous: basis.resting, breakpoints: Array.from(ends.subarray(1, -1)) };
  const point = new Float64Array(d + chosen);
  const parameters = point.subarray(d);
  let known = Number.NaN;
  const source: ScalarFunction =
    typeof running === 'number'
      ? constantFunction(running)
      : {
          constant: undefined,
          autonomous: basis.resting,
          at: (t, x) => {
            if (t !== known) read(t, parameters);
            known = t;
            point.set(x);
            return running(point);
          },
        };
  // What is chosen is no parameter any more: sides that name it are refused.
  const others = Object.entries(named.parameters).filter(
    ([name]) => !coefficients.chosen.some((symbol) => symbol.name === name),
  );
  const model = { ...named, ...moving, parameters: Object.fromEntries(others) };
  const [t0, T] = [ends[0], ends[ends.length - 1]];
  const equation = discrete(
    { model, T, t0, source, coefficients: { ...coefficients, shared: { symbols: coefficients.chosen, read } } },
    options,
    where,
  );
  return {
    ...equation,
    choose: (next) => {
      unknowns.set(next);
      known = Number.NaN;
      equation.generator.forget();
    },
  };
}
