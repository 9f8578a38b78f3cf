import { hundsdorferVerwer, type Stepping, solveKolmogorov, strang, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import { discrete } from '#kolmogorov/backward/discretization';
import { sweepBackward } from '#kolmogorov/stepping/sweep';

const N = 33;
const DX = 1;
const RHO = 0.9;
const STEPS = 60;

// a = 1 on a torus, from a value of either sign at every node: all frequencies that the grid has.
const model = symbolic({
  state: ['x', 'y'],
  drift: ['0', '0'],
  diffusion: [
    ['1', '0'],
    [`${RHO}`, `sqrt(1 - ${RHO}^2)`],
  ],
});
const axis = uniform(0, (N - 1) * DX, N);
const rough = Float64Array.from({ length: N * N }, (_, p) => {
  const [i, j] = [Math.floor(p / N) % (N - 1), (p % N) % (N - 1)];
  return Math.sin(12.9898 * i + 78.233 * j + i * j) > 0 ? 1 : -1;
});
const largest = (stepping: Stepping, lambda: number): number => {
  const u = solveKolmogorov(
    { model, T: STEPS * lambda * DX ** 2, terminal: rough },
    { grid: [axis, axis], boundary: { kind: 'periodic' }, stepping, keep: 'ends' },
  );
  return u.slice(0).data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
};

describe('strang with mixed derivatives', () => {
  // By Fourier analysis the bound on a dt / Δx² is 7.56 for ρ = 0.9, and a step grows by 3.5 for 10.
  test('is bounded below its step bound, and refused above it, with the steps that it needs', () => {
    const plain = strang({ steps: STEPS, smoothing: 0 });
    expect(largest(plain, 7)).toBeLessThan(1);
    expect(largest(plain, 7.5)).toBeLessThan(1);
    // 60 steps of 10 are 600, in steps of 7.56 some 80.
    expect(() => largest(plain, 10)).toThrow(/beyond the stability limit of Strang[\s\S]*some 80[\s\S]*grows by 3\.5/);
  });

  test('grows above it, as is told', () => {
    const discretization = {
      grid: [axis, axis],
      boundary: { kind: 'periodic' } as const,
      stepping: strang({ steps: STEPS, smoothing: 0 }),
    };
    const equation = discrete({ model, T: STEPS * 10 }, discretization, 'test');
    const u = rough.slice();
    inOneGo(sweepBackward(equation, u, () => {}));
    expect(u.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeGreaterThan(1e6);
  });

  test('where hundsdorferVerwer is bounded', () => {
    expect(largest(hundsdorferVerwer({ steps: STEPS }), 10)).toBeLessThan(1);
  });
});
