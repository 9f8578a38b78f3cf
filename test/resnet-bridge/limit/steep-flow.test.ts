import { flow, flowAdjoint, lossShift, residualNetwork, squaredLoss, stochasticDepth } from 'resnet-bridge';
import { key } from 'sde-core';
import { noiseSource, uniformLaw } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';

const still = stochasticDepth({ survival: 1 });
type Shape = { u: number; c: number; v: number; d: number; horizon: number };
const single = ({ u, c, v, d, horizon }: Shape) =>
  residualNetwork({ layers: [{ U: [[u]], c: [c], V: [[v]], d: [d] }], horizon });

/** x′ = f(x) by Runge and Kutta in so many steps. */
const reference = (f: (x: number) => number, x0: number, steps: number): number => {
  const h = 1 / steps;
  let x = x0;
  for (let n = 0; n < steps; n++) {
    const a = f(x);
    const b = f(x + (h / 2) * a);
    const c = f(x + (h / 2) * b);
    x += (h / 6) * (a + 2 * b + 2 * c + f(x + h * c));
  }
  return x;
};

describe('the flow of a layer whose units are saturated on both sides of what it does', () => {
  it.each<[Shape, number, number]>([
    // sinh(u x) falls by e^{u v t}.
    [{ u: 30, c: 0, v: -8, d: 0, horizon: 1 }, 1, Math.asinh(Math.sinh(30) * Math.exp(-240)) / 30],
    [{ u: 10, c: 0, v: -1, d: 0, horizon: 20 }, 3, Math.asinh(Math.sinh(30) * Math.exp(-200)) / 10],
    [{ u: 50, c: -48, v: -30, d: 0, horizon: 1 }, 0.2, 0.96],
    [{ u: 100, c: 0, v: -50, d: 0, horizon: 10 }, 1, 0],
    // z = u x + c: z' = 2 u / (1 + e^{2z}), so z + e^{2z}/2 grows by 2 u t, from −60 to 340.
    [{ u: 200, c: -100, v: -1, d: 1, horizon: 1 }, 0.2, 0.51628117375],
  ])('%o from %d ends at %d', (shape, x0, exact) => {
    const { states, resolved } = flow(single(shape), still, [x0]);
    expect(Math.abs(states[1] - exact)).toBeLessThan(1e-10);
    expect(resolved).toBe(true);
  });

  it('is not called resolved where it is too steep', async () => {
    const network = single({ u: 1e4, c: 0, v: -1e4, d: 0, horizon: 1 });
    const { resolved, warnings } = flowAdjoint(network, still, [1], squaredLoss([0]));
    expect(resolved).toBe(false);
    expect(warnings.map(({ kind }) => kind)).toEqual(['unresolved-flow']);
    const shift = await lossShift(network, still, { states: [[1]], loss: () => squaredLoss([0]) });
    expect(shift.warnings.map(({ kind }) => kind)).toEqual(['unresolved-flow']);
  });

  it('is not called resolved where it multiplies every error by e^60', () => {
    expect(flow(single({ u: 60, c: 0, v: 1, d: 0, horizon: 1 }), still, [1e-25]).resolved).toBe(false);
    expect(flow(single({ u: 60, c: 0, v: 1, d: 0, horizon: 1 }), still, [0])).toMatchObject({ resolved: true });
  });
});

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const ACTIVATIONS = {
  tanh: [Math.tanh, (z: number) => 1 - Math.tanh(z) ** 2],
  sigmoid: [logistic, (z: number) => logistic(z) * (1 - logistic(z))],
  sin: [Math.sin, Math.cos],
} as const;

describe.each(['tanh', 'sigmoid', 'sin'] as const)('random steep layers with %s', (activation) => {
  it.each([4, 32, 256])(
    'of weights up to %d have the flow of tiny steps, and derivatives F(φ)/F(x) and φ′(F′(φ) − F′(x))/F(x)',
    (scale) => {
      const source = noiseSource([uniformLaw(-1, 1)], key(`steep ${activation} ${scale}`));
      const out = new Float64Array(1);
      let count = 0;
      const random = (size: number): number => {
        source(0, count++, out);
        return size * out[0];
      };
      const x0 = 0.3;
      const loss = squaredLoss([0]);
      for (let trial = 0; trial < 12; trial++) {
        const [U, c, v] = [scale, scale / 2, 4].map((size) => [random(size), random(size), random(size)]);
        const d = random(1);
        const layer = { U: U.map((u) => [u]), c, V: [v], d: [d] };
        const network = residualNetwork({ layers: [layer], activation });
        const [value, slope] = ACTIVATIONS[activation];
        const F = (x: number): number => v.reduce((sum, w, k) => sum + w * value(U[k] * x + c[k]), d);
        const DF = (x: number): number => v.reduce((sum, w, k) => sum + w * U[k] * slope(U[k] * x + c[k]), 0);
        const end = reference(F, x0, 10_000);
        const along = flowAdjoint(network, still, [x0], loss, { hessian: true });
        expect(along.resolved).toBe(true);
        expect(Math.abs(along.states[1] - end)).toBeLessThan(1e-6);
        const first = F(end) / F(x0);
        const second = (first * (DF(end) - DF(x0))) / F(x0);
        const at = (write: (x: Float64Array, into: Float64Array) => void): number => {
          write(Float64Array.of(end), out);
          return out[0];
        };
        const gradient = at(loss.gradient);
        const hessian = at(loss.hessian) * first ** 2 + gradient * second;
        expect(Math.abs(along.gradients[0] - gradient * first)).toBeLessThan(1e-5 * (1 + Math.abs(gradient * first)));
        expect(Math.abs(along.hessians![0] - hessian)).toBeLessThan(1e-4 * (1 + Math.abs(hessian)));
      }
    },
  );
});
