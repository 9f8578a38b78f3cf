import {
  barrier,
  type Chain,
  discretize,
  eulerMaruyama,
  fitOrder,
  geometricBrownianMotion,
  observe,
  problem,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { normalProbability } from '#sde-core/numerics/distributions';

const [mu, sigma, level] = [0.05, 0.25, 0.85];
const on = problem({ model: geometricBrownianMotion({ mu, sigma }), x0: [1], T: 1 });
const ladder = [8, 16, 32, 64, 128];

/** P(min X > level), by reflection. @see [glasserman2003, section 6.4] */
const rate = mu / sigma - sigma / 2;
const away = Math.log(1 / level) / sigma;
const survival = normalProbability(rate + away) - level ** ((2 * mu) / sigma ** 2 - 1) * normalProbability(rate - away);

/** Eight Gauss–Legendre points on each panel. */
function quadrature(panels: readonly number[]): {
  readonly at: readonly number[];
  readonly weights: readonly number[];
} {
  const points = 8;
  const rule = Array.from({ length: points }, (_, i) => {
    let z = Math.cos((Math.PI * (i + 3 / 4)) / (points + 1 / 2));
    let slope = 1;
    for (let pass = 0; pass < 60; pass++) {
      let [before, value] = [1, z];
      for (let k = 2; k <= points; k++) [before, value] = [value, ((2 * k - 1) * z * value - (k - 1) * before) / k];
      slope = (points * (z * value - before)) / (z * z - 1);
      z -= value / slope;
    }
    return { z, weight: 2 / ((1 - z * z) * slope * slope) };
  });
  const all = panels.slice(1).flatMap((end, p) => {
    const half = (end - panels[p]) / 2;
    return rule.map(({ z, weight }) => ({ at: panels[p] + half * (1 + z), weight: half * weight }));
  });
  return { at: all.map(({ at }) => at), weights: all.map(({ weight }) => weight) };
}

// Panels as wide as two steps of a path at least, from the level to seven standard deviations of log X above 1.
const panels = Array.from({ length: 50 }, (_, i) => level * 1.04 ** i);
const { at, weights } = quadrature(panels);

/**
 * E weight of the chain itself without sampling: its transition density on quadrature nodes, each weight a step of the observed chain.
 */
function expectationOf(chain: Chain): number {
  const deviation = sigma * Math.sqrt(chain.h);
  const out = new Float64Array(2);
  const row = (x: number): Float64Array =>
    Float64Array.from(at, (y, j) => {
      const xi = (y / x - 1 - mu * chain.h) / deviation;
      if (Math.abs(xi) > 9) return 0;
      chain.step(0, Float64Array.of(x, 1), Float64Array.of(xi), out);
      return (weights[j] * out[1] * Math.exp((-xi * xi) / 2)) / (Math.sqrt(2 * Math.PI) * deviation * x);
    });
  const apply = (rows: readonly Float64Array[], u: ArrayLike<number>): Float64Array =>
    Float64Array.from(rows, (weighted) => weighted.reduce((sum, w, j) => sum + w * u[j], 0));
  const rows = at.map(row);
  let u: Float64Array = Float64Array.from(at, () => 1);
  for (let n = 1; n < chain.steps; n++) u = apply(rows, u);
  return apply([row(1)], u)[0];
}

/** Over √h: beside a boundary errors have expansions in √h, and so orders are twice what they are in h. */
const errors = (monitoring: 'discrete' | 'continuous') =>
  ladder.map((steps) => {
    const chain = observe(discretize(on, eulerMaruyama, steps), { alive: barrier('x - 0.85', { monitoring }) });
    return { h: Math.sqrt(1 / steps), error: expectationOf(chain) - survival, standardError: 0 };
  });

describe('survival of geometric Brownian motion above a level, without sampling', () => {
  test('weak order 1 with the bridge, ½ on the grid', () => {
    const bridge = errors('continuous');
    const one = fitOrder(bridge, { expected: 2 });
    const grid = errors('discrete');
    const half = fitOrder(grid, { expected: 1 });
    // At 128 steps the bridge is seventy times closer.
    expect(Math.abs(grid[4].error / bridge[4].error)).toBeGreaterThan(70);
    expect(one.verdict, one.reason).toBe('confirmed');
    expect(half.verdict, half.reason).toBe('confirmed');
    expect(fitOrder(grid, { expected: 2 }).verdict).toBe('refuted');
  });
});
