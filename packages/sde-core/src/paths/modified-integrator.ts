import { toStratonovich } from '../models/calculus.js';
import { problem as makeProblem, type Problem, requireProblem } from '../models/problem.js';
import type { SymbolicModel } from '../models/symbolic.js';
import { type ModifiedEquation, modifiedEquation } from '../modified/modified-equation.js';
import { requireScheme, type TracedScheme } from '../schemes/scheme.js';
import { MATCHED_MOMENTS, momentsForWeakOrder } from '../schemes/scheme-driver.js';
import { withDriver } from '../schemes/with-driver.js';
import type { Chain } from './chain.js';
import { discretize } from './discretize.js';
import { requireSteps } from './steps.js';

/** The chain of weak order 2, or why there is none. */
export type ModifiedIntegrator =
  | { readonly kind: 'exists'; readonly chain: Chain }
  | Extract<ModifiedEquation, { readonly kind: 'none' }>;

/**
 * A scheme of weak order 1 applied to its own inverse modified equation, dX = (f − h f₁) dt + (g − h g₁) dW: what it then solves to order 2
 * is the equation itself.
 *
 * Weak order 2 from Euler–Maruyama with additive noise and from Milstein with one state and one Wiener process; wherever the modified
 * equation exists. It costs the scheme's evaluations of longer formulas: derivatives are taken here, once, and none in a step. A law of the
 * increments that matches too few moments for order 2 is replaced by the three-point law.
 *
 * @throws SdeError as {@link modifiedEquation} and {@link discretize}.
 * @see [abdulle2012]
 */
export function modifiedIntegrator(
  problem: Problem<SymbolicModel>,
  scheme: TracedScheme,
  steps: number,
): ModifiedIntegrator {
  requireProblem(problem, 'modifiedIntegrator(problem, scheme, steps)');
  requireScheme(scheme, 'modifiedIntegrator(problem, scheme, steps)');
  requireSteps(steps, 'modifiedIntegrator(problem, scheme, steps)');
  const { model, x0, t0, T } = problem;
  const enough = MATCHED_MOMENTS[scheme.driver.increments] >= momentsForWeakOrder(2);
  const driven = enough ? scheme : withDriver(scheme, 'three-point');
  const modified = modifiedEquation(model, driven);
  if (modified.kind === 'none') return modified;
  const inverse = modified.at(-(T - t0) / steps);
  const corrected = makeProblem({
    model: scheme.calculus === 'stratonovich' ? toStratonovich(inverse) : inverse,
    x0,
    t0,
    T,
  });
  // With other steps the corrections are others.
  const { retry: _, ...chain } = discretize(corrected, driven, steps);
  return { kind: 'exists', chain: Object.freeze({ ...chain, name: `modified ${chain.name}` }) };
}
