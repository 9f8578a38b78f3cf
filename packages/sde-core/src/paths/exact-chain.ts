import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { graph } from '../expression/graph.js';
import { compileStep } from '../kernels/step-kernel.js';
import { timeGrid } from '../kernels/time-grid.js';
import { type Problem, requireProblem } from '../models/problem.js';
import type { SymbolicModel } from '../models/symbolic.js';
import type { TransitionModel, TransitionVariable } from '../models/transition.js';
import { driver } from '../randomness/driver.js';
import { gaussian, type Law, uniformLaw } from '../randomness/law.js';
import type { Chain } from './chain.js';
import { diffusionOf } from './chain-diffusion.js';
import { requireSteps } from './steps.js';

const LAWS: Readonly<Record<TransitionVariable, Law>> = { gaussian, uniform: uniformLaw(0, 1) };

/**
 * The process itself at equal steps: each drawn from the exact transition law of the model, so that the chain has no weak error.
 *
 * What a scheme is held against, path by path or in law, and deterministic by its key as every chain is. Of kind `traced`, on all backends, but for
 * Cox–Ingersoll–Ross, which inverts distributions. Cost: one draw a step.
 *
 * @throws SdeError `unsupported` for a model whose transition law is not known; `value` for steps.
 *
 * @example
 * import { exactChain, expectation, key, ornsteinUhlenbeck, problem, terminal } from 'sde-core';
 * const model = ornsteinUhlenbeck({ theta: 1, mu: 0, sigma: 1 });
 * const chain = exactChain(problem({ model, x0: [1], T: 1 }), 1);
 * const { mean, standardError } = await expectation(chain, terminal('x^2'), { paths: 4096, key: key('exact') });
 * Math.abs(mean - model.exactMoment(2, 1, 1)) < 4 * standardError; // → true
 */
export function exactChain(
  problem: Problem<SymbolicModel & Partial<Pick<TransitionModel, 'transition'>>>,
  steps: number,
): Chain {
  requireProblem(problem, 'exactChain(problem, steps)');
  const { model, x0, t0, T } = problem;
  requireSteps(steps, 'exactChain(problem, steps)');
  if (!model.transition) throw unknownLaw(model);
  const grid = timeGrid(t0, T, steps, undefined);
  const transition = model.transition(grid.h);
  const common = {
    name: `exact transitions, ${steps} step${steps === 1 ? '' : 's'}`,
    dimension: model.dimension,
    steps,
    h: grid.h,
    t0,
    x0,
    stateNames: model.state,
    driver: driver(transition.variables.map((variable) => LAWS[variable])),
    diffusion: diffusionOf(model),
    calculus: model.calculus,
  };
  if (transition.kind === 'native') {
    // A law that is drawn by inverting distributions is that of states at or above 0; a formula goes on below.
    const below = model.nonNegative?.find((i) => x0[i] < 0);
    if (below !== undefined) throw startsBelow(model.state[below], x0[below]);
    const { draw, content } = transition;
    return Object.freeze<Chain>({
      ...common,
      content,
      step: (_, x, noise, out) => out.set(draw(Array.from(x), Array.from(noise))),
    });
  }
  const nodes = graph();
  const state = Array.from(x0, (_, i) => nodes.symbol(`x${i}`));
  const noise = transition.variables.map((_, j) => nodes.symbol(`w${j}`));
  const step = {
    graph: nodes,
    time: nodes.symbol('t'),
    before: nodes.symbol('before'),
    state,
    noise,
    next: transition.draw(nodes, state, noise),
    calls: [],
  };
  return Object.freeze<Chain>({
    ...common,
    step: compileStep(step, grid, model),
    traced: { step, grid },
  });
}

const startsBelow = (state: string, value: number): SdeError =>
  new SdeError('value', {
    what: 'a start where the equation has no law',
    where: 'exactChain(problem, steps)',
    expected: `${state} ≥ 0, where the equation keeps it`,
    got: `${state} = ${value}`,
    remedy: 'start at 0 or above',
  });

const unknownLaw = (model: SymbolicModel): SdeError =>
  new SdeError('unsupported', {
    what: 'the transition law of this model is not known',
    where: 'exactChain(problem, steps)',
    expected:
      'a model with transition(h): geometricBrownianMotion, ornsteinUhlenbeck, coxIngersollRoss, benes, circle, linearSystem with additive noise',
    got: describe(model),
    remedy: 'take a scheme with many steps, or a known model',
  });
