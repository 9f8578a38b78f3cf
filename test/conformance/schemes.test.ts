import { existsSync, readFileSync } from 'node:fs';
import {
  type Chain,
  discretize,
  fold,
  type IncrementLaw,
  key,
  type Model,
  model,
  problem,
  type Scheme,
  SdeError,
  type SymbolicModel,
  schemes,
  symbolic,
  toStratonovich,
} from 'sde-core';
import { noiseSource } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { implicitDrift } from '#sde-core/kernels/affine-drift';
import { timeGrid } from '#sde-core/kernels/time-grid';
import { referenceStep } from '#sde-core/paths/discretize';
import { coversNoise } from '#sde-core/schemes/scheme';
import { chainMoments, covarianceOf, exactMoments, type Moments, meanOf } from './linear-moments.js';
import { affineModels, curvedModels } from './scheme-models.js';

const X0 = [1.2, -0.7];
const on = (equation: SymbolicModel, T = 1) => problem({ model: equation, x0: X0.slice(0, equation.dimension), T });

const known = new Map<Model, Moments>();
/** The exact moments, worked out once for all schemes. */
const momentsOf = (equation: SymbolicModel): Moments => {
  const moments = known.get(equation) ?? exactMoments(equation, on(equation).x0, on(equation).T);
  known.set(equation, moments);
  return moments;
};

/** The equation in the scheme's calculus: the same process, another drift. */
const inCalculusOf = ({ calculus }: Scheme, equation: SymbolicModel): SymbolicModel =>
  calculus === 'ito' ? equation : toStratonovich(equation);

/** The scheme with Gaussian variables replaced by discrete ones, all of whose moments that its weak order needs agree. */
function discrete(scheme: Scheme, m: number): Scheme {
  const { increments, auxiliary } = scheme.driver;
  const outcomesOf = (law: IncrementLaw): number => (law === 'two-point' ? 2 : 3);
  const count = [...Array<IncrementLaw>(m).fill(increments), ...auxiliary(m)].reduce(
    (n, law) => n * outcomesOf(law),
    1,
  );
  // Three-point variables lose nothing; two-point ones keep weak order 1, and are taken where the others are too many.
  const law = count > 300 && scheme.order.weak <= 1 ? 'two-point' : 'three-point';
  const replaced = (given: IncrementLaw): IncrementLaw => (given === 'gaussian' ? law : given);
  return {
    ...scheme,
    driver: { increments: replaced(increments), auxiliary: (processes) => auxiliary(processes).map(replaced) },
  };
}

/**
 * The order that errors show as h → 0. A local slope is order + c h, so two of them extrapolate with an error of order h²;
 * at h = 1/16, 1/32, 1/64 a tenth leaves room for a curvature of the slope up to 100.
 */
const SLOPE = 0.1;
function extrapolatedOrder(error: (steps: number) => number): number {
  const [coarse, middle, fine] = [16, 32, 64].map(error);
  return 2 * Math.log2(middle / fine) - Math.log2(coarse / middle);
}

/**
 * What part of the error at the finest h is of order h^(order − 1): 1 for a scheme that misses its order by one, 0 for one
 * that has it, up to the powers of h that extrapolation through the grids leaves out. A local slope could not tell: it misleads
 * where the coefficient of h^order happens to be small for one model, and any functional may do better than the order.
 *
 * @param errors - Signed, shape (grids, functionals).
 */
function lowerOrderPart(grids: readonly number[], errors: readonly (readonly number[])[], order: number): number {
  const h = grids.map((steps) => (grids.at(-1) ?? Number.NaN) / steps);
  const atZero = h.map((node) => h.reduce((w, other) => (other === node ? w : (w * other) / (other - node)), 1));
  const scaled = errors.map((error, g) => error.map((value) => value / h[g] ** order));
  const size = Math.max(...scaled.flat().map(Math.abs));
  const parts = scaled[0].map((_, i) => scaled.reduce((sum, values, g) => sum + atZero[g] * h[g] * values[i], 0));
  return Math.max(...parts.map(Math.abs)) / size;
}

/**
 * Holds errors to a weak order. One like 1.5 follows from the strong order, and its errors are series in √h, too slow to
 * extrapolate: from the coarsest to the finest grid they are held to fall faster than the whole order below.
 */
function expectOrder(grids: readonly number[], errors: readonly (readonly number[])[], order: number): void {
  if (Number.isInteger(order)) {
    expect(lowerOrderPart(grids, errors, order)).toBeLessThan(NEGLIGIBLE);
    return;
  }
  const [coarse, fine] = [errors[0], errors[errors.length - 1]].map((error) => Math.max(...error.map(Math.abs)));
  const [first, second] = [grids[0], grids[grids.length - 1]];
  expect(Math.log(coarse / fine) / Math.log(second / first)).toBeGreaterThan(Math.floor(order));
}
// Empirically, the schemes here stay below 0.02.
const NEGLIGIBLE = 0.05;

describe.each(schemes.map((scheme) => [scheme.name, scheme] as const))('%s', (_, scheme) => {
  it('says what it is', () => {
    expect(scheme.name).not.toBe('');
    expect(scheme.order.weak).toBeGreaterThan(0);
    expect(scheme.order.ode).toBeGreaterThanOrEqual(scheme.order.weak);
    expect(scheme.noise.length).toBeGreaterThan(0);
    expect(Object.isFrozen(scheme)).toBe(true);
    expect(schemes.filter(({ name }) => name === scheme.name)).toHaveLength(1);
    const references = new URL('../../references.bib', import.meta.url);
    expect(existsSync(references)).toBe(true);
    expect(readFileSync(references, 'utf8')).toMatch(new RegExp(`^@\\w+\\{${scheme.citation},`, 'm'));
  });

  describe.each(affineModels.map(({ name, model }) => [name, model] as const))('on %s noise', (_, equation) => {
    if (coversNoise(scheme, equation.noise)) {
      it('has its weak order in mean and covariance, by enumeration', () => {
        const p = on(inCalculusOf(scheme, equation));
        const grids = [8, 16, 32, 64];
        const exact = momentsOf(equation);
        const got = grids.map((steps) => chainMoments(discretize(p, discrete(scheme, equation.noiseDimension), steps)));
        for (const part of [meanOf, covarianceOf]) {
          const errors = got.map((moments) => part(moments).map((value, i) => value - part(exact)[i]));
          expectOrder(grids, errors, scheme.order.weak);
        }
      });
    } else {
      it('is refused, with an alternative', () => {
        expect(() => discretize(on(equation), scheme, 4)).toThrow(SdeError);
        expect(() => discretize(on(equation), scheme, 4)).toThrow(/noise[\s\S]*remedy: .*eulerMaruyama/);
      });
    }
  });

  // dX = X/2 dt + √(1 + X²) dW is X = sinh(arsinh x0 + W).
  const equation = symbolic({ state: ['x'], drift: 'x/2', diffusion: 'sqrt(1 + x^2)' });
  if (coversNoise(scheme, equation.noise)) {
    it('has its weak order where b and σ are curved, by enumeration', () => {
      const [x0, T] = [0.4, 1 / 4];
      const p = problem({ model: inCalculusOf(scheme, equation), x0: [x0], T });
      const z = Math.asinh(x0);
      const exact = [x0 * Math.exp(T / 2), z, z * z + T];
      const grids = [2, 3, 4, 5];
      const errors = grids.map((steps) => {
        const sums = [0, 0, 0];
        for (const { probability, x } of leaves(discretize(p, discrete(scheme, equation.noiseDimension), steps))) {
          [x, Math.asinh(x), Math.asinh(x) ** 2].forEach((value, i) => {
            sums[i] += probability * value;
          });
        }
        return sums.map((sum, i) => sum - exact[i]);
      });
      expectOrder(grids, errors, scheme.order.weak);
    });
  }

  const accepted = [...affineModels, ...curvedModels].filter(({ model }) => coversNoise(scheme, model.noise));
  it.each(accepted.map(({ name, model }) => [name, model] as const))(
    'computes the same bits compiled, as written, and around closures: %s',
    (_, written) => {
      const equation = inCalculusOf(scheme, written);
      const p = on(equation);
      const chain = discretize(p, scheme, 7);
      const around =
        scheme.needs === 'symbols' ? undefined : discretize({ ...p, model: closures(equation) }, scheme, 7).step;
      // An implicit step of closures is solved by iteration, and that of formulas affine in the state directly: the same to rounding.
      const iterated = scheme.kind === 'native' && implicitDrift(equation) !== undefined;
      const steps = [
        referenceStep(equation, scheme, timeGrid(0, 1, 7, undefined)),
        ...(around && !iterated ? [around] : []),
      ];
      for (const [n, x, noise] of arguments_(chain, 40)) {
        const out = new Float64Array(chain.dimension);
        chain.step(n, x, noise, out);
        expect(out.every(Number.isFinite)).toBe(true);
        for (const step of steps) {
          const other = new Float64Array(chain.dimension);
          step(n, x, noise, other);
          // + 0 because folding 0 · x may lose the sign of a zero, and nothing else.
          expect(Array.from(other, (value) => value + 0)).toEqual(Array.from(out, (value) => value + 0));
        }
        if (around && iterated) {
          const other = new Float64Array(chain.dimension);
          around(n, x, noise, other);
          const size = 1 + Math.max(...out.map(Math.abs));
          for (const [i, value] of other.entries()) expect(Math.abs(value - out[i])).toBeLessThan(1e-13 * size);
        }
      }
    },
  );

  it('without noise has its order on ordinary differential equations', () => {
    const quiet = (drift: string[]): SymbolicModel => symbolic({ state: ['x', 'y'], drift, diffusion: [['0'], ['0']] });
    const p = on(inCalculusOf(scheme, quiet(['y*cos(t) - x/2', 'sin(x) - x*y*t'])));
    const exact = rungeKutta(p.model, p.x0, p.T);
    const order = extrapolatedOrder((steps) => {
      const end = last(discretize(p, scheme, steps));
      return Math.max(...end.map((value, i) => Math.abs(value - exact[i])));
    });
    expect(Math.abs(order - scheme.order.ode)).toBeLessThan(SLOPE);
  });

  it('refuses a model of the other calculus and names the conversion', () => {
    const { model: ito } = affineModels[1];
    const [other, conversion] =
      scheme.calculus === 'ito' ? [toStratonovich(ito), /toIto\(model\)/] : [ito, /toStratonovich\(model\)/];
    expect(() => discretize(on(other), scheme, 4)).toThrow(conversion);
  });

  it('refuses a model without what it needs, at run time too', () => {
    const bare = closures(inCalculusOf(scheme, accepted[0].model), false);
    const p = problem({ model: bare, x0: X0.slice(0, bare.dimension), T: 1 });
    if (scheme.needs === 'coefficients') expect(discretize(p, scheme, 4).steps).toBe(4);
    else expect(() => discretize(p, scheme, 4)).toThrow(/needs derivatives/);
  });
});

// Schemes of higher strong order take more of the path than its increments: what they are worth on one path, their
// certificates say.
const ofIncrements = schemes.filter(
  (scheme) =>
    scheme.order.strong !== null &&
    scheme.driver.auxiliary(1).length === 0 &&
    coversNoise(scheme, symbolic({ state: ['x'], drift: '0', diffusion: 'x' }).noise),
);
describe.each(ofIncrements.map((scheme) => [scheme.name, scheme] as const))('%s on one Brownian path', (_, scheme) => {
  it('has its strong order', () => {
    // dX = X/2 dt + 4/5 X dW, X(1) = exp(0.18 + 0.8 W(1)).
    const gbm = symbolic({ state: ['x'], drift: 'x/2', diffusion: '4/5*x' });
    const p = problem({ model: inCalculusOf(scheme, gbm), x0: [1], T: 1 });
    const finest = 256;
    // A native step is not compiled, and a hundred times slower.
    const paths = scheme.kind === 'native' ? 200 : 2000;
    const grids = [64, 256];
    const squares = grids.map(() => new Float64Array(paths));
    const source = noiseSource(discretize(p, scheme, finest).driver.laws, fold(key('strong'), scheme.name));
    const chains = grids.map((steps) => discretize(p, scheme, steps));
    for (let path = 0; path < paths; path++) {
      const xi = Float64Array.from({ length: finest }, (_, n) => {
        const one = new Float64Array(1);
        source(path, n, one);
        return one[0];
      });
      const W = xi.reduce((sum, value) => sum + value, 0) / Math.sqrt(finest);
      const exact = Math.exp(0.5 - 0.32 + 0.8 * W);
      chains.forEach((chain, g) => {
        const group = finest / chain.steps;
        const end = last(chain, (n) => {
          let sum = 0;
          for (let i = 0; i < group; i++) sum += xi[n * group + i];
          return Float64Array.of(sum / Math.sqrt(group));
        });
        squares[g][path] = (end[0] - exact) ** 2;
      });
    }
    // log₄ of the ratio of two mean squares, twice the slope; its standard error by the delta method on paired paths.
    const [coarse, fine] = squares;
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / paths;
    const [a, b] = [mean(coarse), mean(fine)];
    const slope = Math.log(a / b) / Math.log(4) / 2;
    const influence = coarse.map((value, i) => (value / a - fine[i] / b) / Math.log(4) / 2);
    const standardError = Math.sqrt(mean(influence.map((value) => value ** 2)) / paths);
    expect(standardError).toBeLessThan(0.1);
    // The slope itself is order + O(h^½) on these grids: h^½ = 1/16 at the finest. One equation has no areas, so a
    // scheme may do better here than its order says.
    expect(slope).toBeGreaterThan((scheme.order.strong ?? Number.NaN) - 4 * standardError - 1 / 16);
  });
});

/** The same coefficients as closures, with or without Jacobians. */
function closures(equation: SymbolicModel, jacobians = true): Model {
  const { dimension, noiseDimension, noise, calculus, drift, diffusion, driftJacobian, diffusionJacobian } = equation;
  return model({
    dimension,
    noiseDimension,
    noise: noise.kind,
    calculus,
    drift,
    diffusion,
    ...(jacobians && { driftJacobian, diffusionJacobian }),
  });
}

/** Steps, states and noise to try a chain on. */
function* arguments_(chain: Chain, count: number): Generator<[number, Float64Array, Float64Array]> {
  const source = noiseSource(chain.driver.laws, key('noise'));
  for (let i = 0; i < count; i++) {
    const noise = new Float64Array(chain.driver.size);
    source(i, 0, noise);
    yield [i % chain.steps, Float64Array.from(X0.slice(0, chain.dimension), (x) => x + Math.sin(i)), noise];
  }
}

/** Every state at T that one equation's tree reaches. */
function* leaves(chain: Chain, n = 0, x = chain.x0, probability = 1): Generator<{ probability: number; x: number }> {
  if (n === chain.steps) {
    yield { probability, x: x[0] };
    return;
  }
  for (const outcome of chain.driver.outcomes ?? []) {
    const next = new Float64Array(1);
    chain.step(n, x, outcome.noise, next);
    yield* leaves(chain, n + 1, next, probability * outcome.probability);
  }
}

/** The state at T, under the given noise or none. */
function last(chain: Chain, noise?: (n: number) => Float64Array): Float64Array {
  const quiet = new Float64Array(chain.driver.size);
  let x = chain.x0;
  for (let n = 0; n < chain.steps; n++) {
    const out = new Float64Array(chain.dimension);
    chain.step(n, x, noise?.(n) ?? quiet, out);
    x = out;
  }
  return x;
}

/** x(T) of dx/dt = b(t, x), to rounding. */
function rungeKutta(equation: Model, x0: Float64Array, T: number): Float64Array {
  const steps = 4000;
  const h = T / steps;
  const b = (t: number, x: Float64Array): Float64Array => {
    const out = new Float64Array(x.length);
    equation.drift(t, x, out);
    return out;
  };
  const plus = (x: Float64Array, c: number, k: Float64Array): Float64Array => x.map((value, i) => value + c * k[i]);
  let x = x0;
  for (let n = 0; n < steps; n++) {
    const t = n * h;
    const k1 = b(t, x);
    const k2 = b(t + h / 2, plus(x, h / 2, k1));
    const k3 = b(t + h / 2, plus(x, h / 2, k2));
    const k4 = b(t + h, plus(x, h, k3));
    x = x.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return x;
}
