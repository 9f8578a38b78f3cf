import {
  craigSneyd,
  crankNicolson,
  douglas,
  hundsdorferVerwer,
  modifiedCraigSneyd,
  type Stepping,
  thetaMethod,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { discrete } from '#kolmogorov/backward/discretization';
import type { Operator } from '#kolmogorov/operators/operator';
import { scratchOf } from '#kolmogorov/stepping/sweep';

const model = symbolic({
  state: ['x', 'y'],
  drift: ['y - x', 'sin(x) - y'],
  diffusion: [
    ['1 + x^2/4', '0.2'],
    ['y/2', '0.5'],
  ],
});
const grid = [uniform(-1.5, 2, 12), uniform(-1, 1.5, 9)];

const steppings: Stepping[] = [
  douglas({ steps: 1 }),
  craigSneyd({ steps: 1 }),
  modifiedCraigSneyd({ steps: 1 }),
  hundsdorferVerwer({ steps: 1 }),
  crankNicolson({ steps: 1, smoothing: 0 }),
  thetaMethod({ steps: 1, theta: 0.7 }),
  trBdf2({ steps: 1 }),
];

/** The largest difference of two vectors, over the largest entry of one. */
function apart(one: Float64Array, other: Float64Array): number {
  const size = one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return one.reduce((most, value, p) => Math.max(most, Math.abs(value - other[p])), 0) / size;
}

describe.each(steppings)('a step of $name that is told that its matrices move', (stepping) => {
  const { generator, grid: nodes } = discrete(
    { model, T: 1, source: 'x + t', killing: 0.3 },
    { grid, stepping, boundary: { kind: 'dirichlet', value: 'x*y' } },
    'test',
  );
  const [step] = stepping.parts(0, false);
  const [dt, none] = [0.07, new Float64Array(0)];
  const at = (fraction: number): Operator => generator.at(0.8 - fraction * dt, 0, 0.77);
  // Matrices that do not rest are other objects at every time.
  const moving = (fraction: number): Operator => ({ ...at(fraction), matrices: {} });
  const start = Float64Array.from({ length: nodes.size }, (_, p) => Math.sin(1 + 3 * p));

  test('gives what it gives where they rest', () => {
    const [u, v] = [start.slice(), start.slice()];
    step.step(at, dt, u, scratchOf(nodes.size), none);
    step.step(moving, dt, v, scratchOf(nodes.size), none);
    expect(apart(u, start)).toBeGreaterThan(0.1);
    expect(apart(u, v)).toBeLessThan(1e-13);
  });

  test('has the same transpose', () => {
    const [u, v] = [start.slice(), start.slice()];
    step.stepTransposed(at, dt, u, scratchOf(nodes.size), none);
    step.stepTransposed(moving, dt, v, scratchOf(nodes.size), none);
    expect(apart(u, start)).toBeGreaterThan(0.1);
    expect(apart(u, v)).toBeLessThan(1e-13);
  });
});
