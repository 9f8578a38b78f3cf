import { SdeError } from '../errors/sde-error.js';
import { numbers } from '../expression/numbers.js';
import { type ImplicitDrift, implicitDrift } from '../kernels/affine-drift.js';
import { numericCoefficients } from '../kernels/coefficients.js';
import { opaqueCoefficients } from '../kernels/opaque-coefficients.js';
import { stepInput } from '../kernels/step-input.js';
import { compileStep, type StepFunction } from '../kernels/step-kernel.js';
import { coefficientNodes, symbolicCoefficients } from '../kernels/symbolic-coefficients.js';
import { type TimeGrid, timeGrid } from '../kernels/time-grid.js';
import { requireState, stepOnce, traceStep } from '../kernels/trace.js';
import { fullyTruncated } from '../models/full-truncation.js';
import { isJacobianModel, type JacobianModel, type Model } from '../models/model.js';
import { type Problem, requireProblem } from '../models/problem.js';
import { isSymbolicModel, type SymbolicModel } from '../models/symbolic.js';
import { driver } from '../randomness/driver.js';
import { gaussian, type Law, threePoint, twoPoint } from '../randomness/law.js';
import { coversNoise, requireScheme, type Scheme } from '../schemes/scheme.js';
import type { IncrementLaw } from '../schemes/scheme-driver.js';
import type { Need } from '../schemes/step-input.js';
import type { Chain, Taming } from './chain.js';
import { modelContent, stepContent } from './chain-content.js';
import { diffusionOf } from './chain-diffusion.js';
import { requireSteps } from './steps.js';

/** The models that have what a scheme needs. */
export interface ModelsByNeed {
  readonly coefficients: Model;
  readonly jacobians: JacobianModel;
  readonly symbols: SymbolicModel;
}

const LAWS: Readonly<Record<IncrementLaw, Law>> = { gaussian, 'two-point': twoPoint, 'three-point': threePoint };

/**
 * A scheme on a problem, in equal steps of h = (T − t0) / steps: the chain Y_0 = x0, Y_(n+1) = step(Y_n).
 *
 * The step is traced and compiled: on a symbolic model with its coefficients, and then it runs on every backend; on a
 * numeric one around calls of its closures. A model that lacks what the scheme needs does not compile, and is refused here as well.
 * A state that the equation keeps at or above 0 (`nonNegative`), and below which a coefficient is no number, enters the coefficients as max(x_i, 0):
 * full truncation, so that a step below 0 loses no path.
 *
 * @param steps - N ≥ 1; with a step boundary on each of the model's breakpoints.
 * @throws SdeError `value` for steps, `unsupported` for a model that lacks derivatives, has another calculus, or noise for
 * which the scheme's order is not proved, or is not an equation that the scheme is made for.
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, problem, symbolic, withDriver } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: '-x', diffusion: '1/2' });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), withDriver(eulerMaruyama, 'two-point'), 4);
 * const next = new Float64Array(1);
 * chain.step(0, Float64Array.of(1), Float64Array.of(1), next);
 * next[0]; // → 1
 * chain.driver.outcomes?.length; // → 2
 * ```
 */
export function discretize<N extends Need>(problem: Problem<ModelsByNeed[N]>, scheme: Scheme<N>, steps: number): Chain {
  requireProblem(problem, 'discretize(problem, scheme, steps)');
  requireScheme(scheme, 'discretize(problem, scheme, steps)');
  requireSteps(steps, 'discretize(problem, scheme, steps)');
  requireSupport(problem.model, scheme);
  requireEquation(problem.model, scheme);
  const model = fullyTruncated<Model>(problem);
  const grid = timeGrid(problem.t0, problem.T, steps, model.breakpoints);
  const laws = [
    ...Array.from({ length: model.noiseDimension }, () => scheme.driver.increments),
    ...scheme.driver.auxiliary(model.noiseDimension),
  ].map((kind) => LAWS[kind]);
  const common = {
    name: `${scheme.name}, ${steps} step${steps === 1 ? '' : 's'}`,
    dimension: model.dimension,
    steps,
    h: grid.h,
    t0: problem.t0,
    x0: problem.x0,
    ...(isSymbolicModel(model) && { stateNames: model.state }),
    driver: driver(laws),
    diffusion: diffusionOf(model),
    calculus: model.calculus,
    retry: (other: Scheme = scheme, count: number) => attempt(problem, other, count),
    ...(scheme.truncation && {
      truncation: { radius: scheme.truncation(grid.h), states: model.dimension, scheme: scheme.name },
    }),
    ...(scheme.restraint === 'tamed' && !scheme.truncation && { taming: tamingOf(model, scheme.name) }),
    // A linear equation that starts below 0 stays there.
    ...(model.nonNegative && { nonNegative: model.nonNegative.filter((i) => problem.x0[i] >= 0) }),
  };
  if (scheme.kind === 'native') {
    return Object.freeze({ ...common, content: modelContent(model), step: referenceStep(model, scheme, grid) });
  }
  const { dimension, noiseDimension } = model;
  const shape = { dimension, noiseDimension, size: laws.length, h: grid.h, clamped: grid.boundaries !== undefined };
  const symbols = isSymbolicModel(model) ? coefficientNodes(model) : undefined;
  const step = traceStep(scheme, shape, (nodes) =>
    symbols ? { coefficients: symbolicCoefficients(symbols, nodes), calls: [] } : opaqueCoefficients(model, nodes),
  );
  const chain = { ...common, step: compileStep(step, grid, model) };
  if (isSymbolicModel(model)) return Object.freeze({ ...chain, traced: { step, grid } });
  return Object.freeze({ ...chain, content: `${stepContent(step, grid)}; ${modelContent(model)}` });
}

/** The direct solution of implicit steps, where the drift has one. */
function affine(model: SymbolicModel): { readonly implicitDrift?: ImplicitDrift } {
  const found = implicitDrift(model);
  return found ? { implicitDrift: found } : {};
}

/** The drift as a tamed scheme sees it. */
function tamingOf(model: Model, scheme: string): Taming {
  const b = new Float64Array(model.dimension);
  return {
    drift: (t, x) => {
      model.drift(t, x, b);
      return b;
    },
    states: model.dimension,
    scheme,
  };
}

/** A chain, unless the scheme is refused for the model. */
function attempt(problem: Problem, scheme: Scheme, steps: number): Chain | undefined {
  try {
    // What the scheme needs of the model is checked there.
    return discretize(problem as Problem<SymbolicModel>, scheme, steps);
  } catch (error) {
    if (error instanceof SdeError) return undefined;
    throw error;
  }
}

/** The scheme's step over numbers, as written: the reference that every compiled kernel agrees with. */
export function referenceStep(model: Model, scheme: Scheme, grid: TimeGrid): StepFunction {
  // What a model's closures give is compiled; only the generator on the coefficients needs the expressions themselves.
  const coefficients =
    isSymbolicModel(model) && scheme.needs === 'symbols'
      ? symbolicCoefficients(coefficientNodes(model), numbers)
      : { ...numericCoefficients(model, numbers), ...(isSymbolicModel(model) && affine(model)) };
  const { noiseDimension, dimension } = model;
  let checked = false;
  return (n, x, noise, out) => {
    const place = {
      h: grid.h,
      t: grid.start(n),
      before: grid.boundaries && grid.before(n),
      y: Array.from(x),
      noise: Array.from(noise),
      noiseDimension,
    };
    const next = checked
      ? scheme.step(stepInput(numbers, place, coefficients))
      : stepOnce(() => scheme.step(stepInput(numbers, place, coefficients)), scheme.name);
    if (!checked || next?.length !== dimension) requireState(next, scheme.name, dimension);
    checked = true;
    out.set(next);
  };
}

function requireSupport(model: Model, scheme: Scheme): void {
  const where = 'discretize(problem, scheme, steps)';
  const has: Readonly<Record<Need, boolean>> = {
    coefficients: true,
    jacobians: model.diffusionJacobian !== undefined,
    symbols: isSymbolicModel(model),
  };
  if (!has[scheme.needs]) {
    throw new SdeError('unsupported', {
      what: `${scheme.name} needs derivatives that the model does not have`,
      where,
      expected:
        scheme.needs === 'symbols' ? 'a model made by symbolic(…)' : 'a model with driftJacobian and diffusionJacobian',
      got: `a ${model.kind} model without them`,
      remedy: 'write the model with symbolic(…), or take a scheme without derivatives: eulerMaruyama or platen',
    });
  }
  if (model.calculus !== scheme.calculus) {
    const convert = scheme.calculus === 'ito' ? 'toIto(model)' : 'toStratonovich(model)';
    throw new SdeError('unsupported', {
      what: `${scheme.name} solves ${title(scheme.calculus)} equations`,
      where,
      expected: `a model in the ${title(scheme.calculus)} calculus`,
      got: `one in the ${title(model.calculus)} calculus`,
      remedy: `convert it: ${convert}`,
    });
  }
  if (!coversNoise(scheme, model.noise)) {
    throw new SdeError('unsupported', {
      what: `the order of ${scheme.name} is not proved for ${model.noise.kind} noise`,
      where,
      expected: `${scheme.noise.join(', ')} noise`,
      got: model.noise.commutative
        ? `${model.noise.kind} noise`
        : `${model.noise.kind} noise: columns of σ that do not commute, L^j b^k ≠ L^k b^j`,
      remedy: `take a scheme that is proved for it: ${alternatives(scheme, model)}`,
    });
  }
}

function requireEquation(model: Model, scheme: Scheme): void {
  if (!scheme.equations || scheme.equations.holds(model)) return;
  throw new SdeError('unsupported', {
    what: `${scheme.name} is made for one kind of equation, and the model is another`,
    where: 'discretize(problem, scheme, steps)',
    expected: scheme.equations.expected,
    got: isSymbolicModel(model)
      ? `states ${model.state.join(', ')} with other coefficients`
      : `${model.dimension} states, ${model.noiseDimension} Wiener processes, and other coefficients`,
    remedy:
      'write the model in that form, states in that order, or take a scheme for any equation: eulerMaruyama or platen',
  });
}

/** Schemes for any noise, by what is lost with this one: a strong order above ½, or a weak one. */
function alternatives(scheme: Scheme, model: Model): string {
  if (scheme.calculus === 'stratonovich') return 'stochasticHeun, or rs1 for weak order 2';
  const weak = `platen${isSymbolicModel(model) ? ' or weakTaylor2' : ''} for weak order 2, or eulerMaruyama`;
  const strong = scheme.order.strong !== null && scheme.order.strong > 1 / 2 && isJacobianModel(model);
  return strong ? `milsteinGeneral() for strong order 1, ${weak}` : weak;
}

const title = (calculus: Model['calculus']): string => (calculus === 'ito' ? 'Itô' : 'Stratonovich');
