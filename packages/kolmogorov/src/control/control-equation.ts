import type { Model, SymbolicModel } from 'sde-core';
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
  const { dimension: d, noiseDimension: m, chosen, running } = control;
  const unknowns = new Float64Array(layout.size);
  const point = new Float64Array(d + chosen);
  const values = new Float64Array(d + d * m + 1);
  let [known, evaluated] = [Number.NaN, false];

  const parameters = point.subarray(d);
  const moveTo = (t: number, x: Float64Array): void => {
    if (t !== known) layout.read(unknowns, t, parameters);
    let moved = t !== known;
    known = t;
    for (let k = 0; k < d; k++) {
      moved ||= point[k] !== x[k];
      point[k] = x[k];
    }
    if (moved) evaluated = false;
  };
  // Drift, diffusion and killing of a node are asked for one after the other: they share one evaluation.
  const evaluate = (t: number, x: Float64Array): void => {
    moveTo(t, x);
    if (!evaluated) control.coefficients(point, values);
    evaluated = true;
  };
  const moving = (at: ScalarFunction['at']): ScalarFunction => ({
    constant: undefined,
    autonomous: basis.resting,
    at,
  });
  const model: Model = {
    kind: 'numeric',
    dimension: d,
    noiseDimension: m,
    calculus: 'ito',
    noise: named.noise,
    autonomous: basis.resting,
    breakpoints: Array.from(ends.subarray(1, -1)),
    drift: (t, x, out) => {
      evaluate(t, x);
      for (let k = 0; k < d; k++) out[k] = values[k];
    },
    diffusion: (t, x, out) => {
      evaluate(t, x);
      for (let j = 0; j < d * m; j++) out[j] = values[d + j];
    },
  };
  const killing = control.unkilled
    ? constantFunction(0)
    : moving((t, x) => {
        evaluate(t, x);
        return values[d + d * m];
      });
  const source =
    typeof running === 'number'
      ? constantFunction(running)
      : moving((t, x) => {
          moveTo(t, x);
          return running(point);
        });
  const [t0, T] = [ends[0], ends[ends.length - 1]];
  const equation = discrete({ model, T, t0, killing, source }, options, where);
  return {
    ...equation,
    choose: (next) => {
      unknowns.set(next);
      known = Number.NaN;
      equation.generator.forget();
    },
  };
}
