import {
  crossEntropy,
  diffusionLimit,
  NOISES,
  type ResidualNetwork,
  residualNetwork,
  shakeShake,
  symbolicLimit,
} from 'resnet-bridge';
import { expression, key, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

const network = (activation: ResidualNetwork['activation'], twin = false): ResidualNetwork =>
  residualNetwork({ dimension: 2, width: 3, depth: 4, horizon: 2, activation, twin, readOut: 3, key: key('symbolic') });

const points = [
  [0.3, -0.7],
  [-1.2, 0.4],
];

/** Both write the same formula; each entry is a sum of some tens of products. */
const ROUNDING = 1e-12;

function expectClose(one: Float64Array, other: Float64Array): void {
  one.forEach((value, i) => {
    expect(Math.abs(value - other[i])).toBeLessThan(ROUNDING * (1 + Math.abs(value)));
  });
}

describe('the limit as formulas', () => {
  const single = NOISES.filter(({ placement }) => placement !== 'twin');
  it.each(
    single.flatMap((noise) =>
      (['leading', 'modified'] as const).map((accuracy) => [noise.name, accuracy, noise] as const),
    ),
  )('is that of diffusionLimit: %s, %s', (_, accuracy, noise) => {
    const net = network('tanh');
    const [symbolic, numeric] = [symbolicLimit(net, noise, { accuracy }), diffusionLimit(net, noise, { accuracy })];
    const { model } = symbolic;
    expect(model.noiseDimension).toBe(numeric.noiseDimension);
    for (const x of points) {
      for (const layer of [0, 2]) {
        const q = symbolic.parameters.length;
        const values = symbolic.values.subarray(layer * q, (layer + 1) * q);
        const there = model.withParameters(Object.fromEntries(symbolic.parameters.map((name, j) => [name, values[j]])));
        const t = (layer + 1 / 2) * net.h;
        for (const what of ['drift', 'diffusion'] as const) {
          const size = what === 'drift' ? 2 : 2 * model.noiseDimension;
          const [one, other] = [new Float64Array(size), new Float64Array(size)];
          there[what](t, Float64Array.from(x), one);
          numeric[what](t, Float64Array.from(x), other);
          expectClose(one, other);
        }
      }
    }
  });

  it.each(['sigmoid', 'softplus', 'sin', 'relu'] as const)('has every activation: %s', (activation) => {
    const net = network(activation);
    const noise = single[0];
    const [one, other] = [new Float64Array(2), new Float64Array(2)];
    for (const x of points) {
      symbolicLimit(net, noise, { accuracy: 'modified' }).model.drift(0, Float64Array.from(x), one);
      diffusionLimit(net, noise, { accuracy: 'modified' }).drift(0, Float64Array.from(x), other);
      expectClose(one, other);
    }
  });

  it('has the loss of the read-out, and gives its weights back', () => {
    const net = network('tanh');
    const limit = symbolicLimit(net, single[0], { accuracy: 'leading' });
    expect(limit.values).toHaveLength(net.depth * limit.parameters.length + limit.readOut.length);
    const { state, parameters } = limit.model;
    for (const label of [0, 1, 2]) {
      const formula = expression(limit.crossEntropy(label), { state, parameters });
      const loss = crossEntropy(net.readOut ?? never(), label);
      for (const x of points) {
        expect(Math.abs(formula.evaluate(0, x) - loss.value(Float64Array.from(x)))).toBeLessThan(ROUNDING);
      }
    }
    const same = limit.withValues(limit.values);
    expect(same.layers.map(({ U, c, V, d }) => [U, c, V, d])).toEqual(net.layers.map(({ U, c, V, d }) => [U, c, V, d]));
    expect(same.readOut).toEqual(net.readOut);
    const other = limit.withValues(limit.values.map((value) => value + 1));
    expect(other.layers[3].d[1]).toBe(net.layers[3].d[1] + 1);
    expect(other.readOut?.bias[2]).toBe((net.readOut?.bias[2] ?? Number.NaN) + 1);
  });

  it('refuses what it has no formula for', () => {
    const net = network('tanh', true);
    const code = (act: () => unknown): string => {
      try {
        act();
      } catch (error) {
        if (error instanceof SdeError) return error.code;
      }
      return 'none';
    };
    expect(code(() => symbolicLimit(net, shakeShake(), { accuracy: 'modified' }))).toBe('unsupported');
    expect(code(() => symbolicLimit(net, single[0], { accuracy: 'flow' as never }))).toBe('value');
    expect(code(() => symbolicLimit(net, single[0], { accuracy: 'leading' }).crossEntropy(3))).toBe('value');
  });
});

function never(): never {
  throw new Error('the network was made with a read-out');
}
