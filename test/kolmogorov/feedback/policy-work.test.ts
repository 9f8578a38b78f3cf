import { controlled, implicitEuler, pointsOf, solveHJB } from 'kolmogorov';
import { expect, test } from 'vitest';
import type { NodeHamiltonian } from '#kolmogorov/feedback/node-hamiltonian';
import { improvePolicy } from '#kolmogorov/feedback/policy-iteration';

test('the work on a policy may pause every sixteen nodes, and sees those alone that are not fixed', () => {
  const size = 40;
  const fixed = Uint8Array.from({ length: size }, (_, p) => (p === 3 || p === 16 ? 1 : 0));
  const policy = Float64Array.from({ length: 2 * size }, (_, i) => i);
  const seen: [number, number][] = [];
  const hamiltonian = {} as NodeHamiltonian;
  const improve = (given: NodeHamiltonian, p: number, a: Float64Array) => {
    expect(given).toBe(hamiltonian);
    expect([a[0], a[1]]).toEqual([2 * p, 2 * p + 1]);
    a[1] = -p;
    return { gain: p === 20 ? 0.1 : 0, best: 7, endless: p === 5 || p === 30 };
  };
  const work = improvePolicy({ hamiltonian, improve, fixed }, policy, (p, best) => seen.push([p, best]));
  let pauses = 0;
  let next = work.next();
  while (!next.done) {
    pauses++;
    next = work.next();
  }
  expect(next.value).toEqual({ gained: true, suspects: [5, 30] });
  expect(seen).toEqual(Array.from(fixed.keys()).flatMap((p) => (fixed[p] ? [] : [[p, 7]])));
  // At nodes 0 and 32; 16 is fixed.
  expect(pauses).toBe(2);
  expect(policy[2 * 20 + 1]).toBe(-20);
  expect(policy[2 * 3 + 1]).toBe(7);
});

test('without noise, two states steered apart: each as it is alone, on its kink too', () => {
  const points = pointsOf([-1, -0.7, -0.3, 0, 0.4, 0.8, 1]);
  const how = { boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 2 }), drift: 'upwind' } as const;
  const free = { lower: -0.8, upper: 0.8 };
  const along = (drift: string): { value: Float64Array; onKink: number } => {
    const { value, policy } = solveHJB(
      {
        model: controlled({ state: ['x'], control: ['a'], drift: [drift], diffusion: [['0']] }),
        T: 0.5,
        running: 'a^2/2',
        terminal: 'abs(x)',
        controls: { a: free },
      },
      { ...how, grid: [points] },
    );
    return { value: value.slice(0).data, onKink: policy.a.at(0, [0]) };
  };
  const [one, other] = [along('a - 0.25'), along('a + 0.4')];
  const two = solveHJB(
    {
      model: controlled({
        state: ['x', 'y'],
        control: ['a', 'b'],
        drift: ['a - 0.25', 'b + 0.4'],
        diffusion: [['0'], ['0']],
      }),
      T: 0.5,
      running: 'a^2/2 + b^2/2',
      terminal: 'abs(x) + abs(y)',
      controls: { a: free, b: free },
    },
    { ...how, grid: [points, points] },
  );
  expect(two.kind).toBe('converged');
  const both = two.value.slice(0).data;
  for (let i = 0; i < 7; i++) {
    for (let j = 0; j < 7; j++) expect(Math.abs(both[7 * i + j] - one.value[i] - other.value[j])).toBeLessThan(1e-9);
  }
  // Held on the kink by what outweighs the drift.
  expect(one.onKink).toBeCloseTo(0.25, 12);
  expect(other.onKink).toBeCloseTo(-0.4, 12);
  expect(two.policy.a.at(0, [0, 0])).toBeCloseTo(0.25, 9);
  expect(two.policy.b.at(0, [0, 0])).toBeCloseTo(-0.4, 9);
});
