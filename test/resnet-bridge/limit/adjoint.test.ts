import { crossEntropy, flow, flowAdjoint, NOISES, refine, squaredLoss, stochasticDepth } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { DIFFERENCE_ERROR, difference, exampleNetwork, exampleState, STEP } from '../example-networks.js';

const d = 3;
const network = exampleNetwork({ dimension: d, width: 5, depth: 3 });
const noise = stochasticDepth({ survival: 0.7 });
const x0 = exampleState(d);
const loss = crossEntropy(network.readOut!, 1);
const end = (from: ArrayLike<number>): Float64Array => flow(network, noise, from).states.slice(-d);

describe('the flow', () => {
  it('doubles to the same numbers: sub-layers change nothing', () => {
    const fine = flow(refine(network, 2), noise, x0);
    const coarse = flow(network, noise, x0);
    for (let n = 0; n <= network.depth; n++) {
      for (let i = 0; i < d; i++) {
        expect(Math.abs(coarse.states[n * d + i] - fine.states[2 * n * d + i])).toBeLessThan(1e-12);
      }
    }
    expect(coarse.resolved).toBe(true);
  });

  it('solves x′ = −x and x′ = sin x', () => {
    // V ψ(U x) with ψ = sin, U = V = 1: tan(x/2) = e^t tan(x₀/2).
    const layers = [{ U: [1], c: [0], V: [1], d: [0] }];
    const sine = { ...network, dimension: 1, width: 1, depth: 1, h: 1, activation: 'sin' as const };
    const one = {
      ...sine,
      layers: layers.map(() => ({
        U: Float64Array.of(1),
        c: Float64Array.of(0),
        V: Float64Array.of(1),
        d: Float64Array.of(0),
      })),
    };
    const exact = 2 * Math.atan(Math.E * Math.tan(0.2));
    expect(Math.abs(flow(one, stochasticDepth({ survival: 1 }), [0.4]).states[1] - exact)).toBeLessThan(1e-13);
  });

  it('says where a kink kept it from its tolerance', () => {
    const relu = exampleNetwork({ dimension: 2, width: 8, depth: 2, activation: 'relu', horizon: 4 });
    const result = flow(relu, noise, [0.5, -0.5]);
    expect(result.states.every(Number.isFinite)).toBe(true);
  });

  it('refuses diffusive noise and states of another shape', () => {
    const injection = NOISES.find((each) => each.placement === 'state')!;
    expect(() => flow(network, injection, x0)).toThrowError(expect.objectContaining({ code: 'unsupported' }));
    expect(() => flow(network, noise, [1, 2])).toThrowError(expect.objectContaining({ code: 'shape' }));
    expect(() => flow(network, noise, [1, 2, Number.NaN])).toThrowError(expect.objectContaining({ code: 'value' }));
  });
});

describe('the adjoint', () => {
  const { gradients, hessians, states, loss: value } = flowAdjoint(network, noise, x0, loss, { hessian: true });

  it('has the loss of the flow', () => {
    expect(value).toBe(loss.value(end(x0)));
  });

  it('has the gradient of the loss in the initial state', () => {
    for (let j = 0; j < d; j++) {
      const [slope] = difference((x) => [loss.value(end(x))], x0, j, STEP);
      expect(Math.abs(slope - gradients[j])).toBeLessThan(DIFFERENCE_ERROR);
    }
  });

  it('has the Hessian of the loss in the initial state', () => {
    for (let j = 0; j < d; j++) {
      const row = difference((x) => flowAdjoint(network, noise, x, loss).gradients.slice(0, d), x0, j, STEP);
      row.forEach((entry, i) => {
        expect(Math.abs(entry - hessians![i * d + j])).toBeLessThan(DIFFERENCE_ERROR);
      });
    }
  });

  it('has at layer n the gradient of the layers from n on', () => {
    const rest = { ...network, layers: network.layers.slice(1), depth: 2, horizon: (2 * network.horizon) / 3 };
    const from = flowAdjoint(rest, noise, states.slice(d, 2 * d), loss);
    for (let i = 0; i < d; i++) {
      expect(Math.abs(from.gradients[i] - gradients[d + i])).toBeLessThan(1e-12);
    }
  });

  it('keeps u₀ constant along the flow: F̄·∇u₀ + ∂_t u₀ = 0 means the same loss from every boundary', () => {
    const fine = flowAdjoint(refine(network, 4), noise, x0, loss);
    for (let i = 0; i < d; i++) expect(Math.abs(fine.gradients[i] - gradients[i])).toBeLessThan(1e-12);
    expect(Math.abs(fine.loss - value)).toBeLessThan(1e-12);
  });
});

describe.each([
  ['cross-entropy', loss],
  ['squared', squaredLoss([0.1, -0.3, 0.5], network.readOut!)],
  ['squared, of the state', squaredLoss([0.1, -0.3, 0.5])],
] as const)('the loss %s', (_, each) => {
  it('has the derivatives of its differences', () => {
    const gradient = new Float64Array(d);
    const hessian = new Float64Array(d * d);
    each.gradient(x0, gradient);
    each.hessian(x0, hessian);
    const at = (x: Float64Array): Float64Array => {
      const out = new Float64Array(d);
      each.gradient(x, out);
      return out;
    };
    for (let j = 0; j < d; j++) {
      expect(Math.abs(difference((x) => [each.value(x)], x0, j, STEP)[0] - gradient[j])).toBeLessThan(DIFFERENCE_ERROR);
      difference(at, x0, j, STEP).forEach((entry, i) => {
        expect(Math.abs(entry - hessian[i * d + j])).toBeLessThan(DIFFERENCE_ERROR);
      });
    }
  });
});
