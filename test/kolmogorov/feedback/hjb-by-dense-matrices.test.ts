import { type BoundaryInput, controlled, implicitEuler, pointsOf, solveHJB, uniform } from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { combinations, type Differenced, nodesOf, type Plain, rate, solved, under } from './plain-hjb.js';

/** Howard's iteration for one implicit step, written out: index of the combination a node takes; fixed nodes have none. */
function howard(
  frozen: readonly { A: number[][]; r: number[] }[],
  fixed: readonly boolean[],
  right: readonly number[],
  dt: number,
  sign: number,
  policy: number[],
  stationary = false,
) {
  const n = right.length;
  for (let iterations = 1; ; iterations++) {
    const M = Array.from({ length: n }, (_, p) =>
      Array.from({ length: n }, (_, j) => {
        const own = p === j && (fixed[p] || !stationary) ? 1 : 0;
        return fixed[p] ? own : own - dt * frozen[policy[p]].A[p][j];
      }),
    );
    const u = solved(
      M,
      right.map((value, p) => (fixed[p] ? value : (stationary ? 0 : value) + dt * frozen[policy[p]].r[p])),
    );
    let gained = false;
    let residual = 0;
    for (let p = 0; p < n; p++) {
      if (fixed[p]) continue;
      const values = frozen.map((one) => sign * rate(one, u, p));
      const least = Math.min(...values);
      const size = frozen[policy[p]].A[p].reduce((sum, entry, j) => sum + Math.abs(entry * u[j]), 1e-9);
      if (values[policy[p]] - least > 2 ** -40 * size) {
        gained = true;
        policy[p] = values.indexOf(least);
      }
      residual = Math.max(residual, Math.abs(sign * least - (stationary ? 0 : (u[p] - right[p]) / dt)));
    }
    if (!gained) return { u, iterations, residual, M };
  }
}

const line: Plain = {
  state: ['x'],
  control: ['a', 's'],
  drift: ['a - x/2'],
  diffusion: [['s*(1 + x^2/8)']],
  killing: '0.3 + a^2/10',
  running: 'x^2*(1 + s) + a^2/3 - a*s/5 + 2*s',
};
const lists = [
  [1, -1, 0.25],
  [0.5, 0.9],
];
const axis = pointsOf([-2, -1.5, -0.9, 0, 0.4, 1.1, 2]);
const sides: readonly (readonly [string, BoundaryInput, boolean[], (t: number) => (number | undefined)[]])[] = [
  [
    'reflecting',
    { kind: 'reflecting' },
    [false, false, false, false, false, false, false],
    () => new Array(7).fill(undefined),
  ],
  [
    'given values',
    { kind: 'dirichlet', value: 'x^2 + t' },
    [true, false, false, false, false, false, true],
    (t) => [4 + t, undefined, undefined, undefined, undefined, undefined, 4 + t],
  ],
  [
    'vanishing curvature',
    { kind: 'vanishing-curvature' },
    [false, false, false, false, false, false, false],
    () => new Array(7).fill(undefined),
  ],
];

describe.each(sides)('listed controls, sides of %s', (_, boundary, fixed, given) => {
  test.each([
    ['minimize', 1, 'upwind'],
    ['maximize', -1, 'upwind'],
    ['minimize', 1, 'hybrid'],
    ['maximize', -1, 'central'],
  ] as const)(
    'every step is what dense matrices and Howard’s iteration make of it: %s, %s, %s',
    (sense, sign, drift) => {
      const how: Differenced = { grid: [axis], boundary, drift };
      const outcome = solveHJB(
        {
          model: controlled({ state: ['x'], control: ['a', 's'], drift: line.drift, diffusion: line.diffusion }),
          T: 1.5,
          t0: 0.5,
          killing: line.killing,
          running: line.running,
          terminal: 'x^2 + sin(3*x)',
          controls: { a: lists[0], s: lists[1] },
          sense,
        },
        { ...how, stepping: implicitEuler({ steps: 2 }) },
      );
      const all = combinations(lists);
      const frozen = all.map((a) => under(line, how, a, 0));
      let u = nodesOf(how.grid).map(([x]) => x ** 2 + Math.sin(3 * x));
      given(1.5).forEach((value, p) => {
        if (value !== undefined) u[p] = value;
      });
      // The first policy is the best for φ.
      const policy = u.map((_, p) => {
        if (fixed[p]) return 0;
        const values = frozen.map((one) => sign * rate(one, u, p));
        return values.indexOf(Math.min(...values));
      });
      const seen = [1.5, 1, 0.5].map((t) => t);
      expect(Array.from(outcome.value.times)).toEqual([0.5, 1, 1.5]);
      expect(outcome.kind).toBe('converged');
      expect(outcome.steps.map(({ t }) => t)).toEqual([1, 0.5]);
      let [most, least] = [0, Number.POSITIVE_INFINITY];
      for (const [index, t] of seen.slice(1).entries()) {
        const right = u.map((value, p) => given(t)[p] ?? value);
        const made = howard(frozen, fixed, right, 0.5, sign, policy);
        u = made.u;
        const found = outcome.value.slice(t).data;
        u.forEach((value, p) => {
          expect(Math.abs(found[p] - value)).toBeLessThan(1e-12);
        });
        for (const [j, name] of (['a', 's'] as const).entries()) {
          const chosen = outcome.policy[name].slice(t).data;
          policy.forEach((c, p) => {
            // Where the value is given, as at the next node.
            const from = fixed[p] ? policy[p === 0 ? 1 : p - 1] : c;
            expect(chosen[p]).toBe(all[from][j]);
          });
        }
        expect(outcome.steps[index].iterations).toBe(made.iterations);
        expect(outcome.steps[index].residual).toBeLessThan(1e-12);
        most = Math.max(most, made.iterations);
        least = Math.min(least, ...made.M.map((row) => row.reduce((sum, entry) => sum + entry, 0)));
      }
      // At T the policy is that of the last step.
      for (const name of ['a', 's'] as const)
        expect(outcome.policy[name].slice(1.5).data).toEqual(outcome.policy[name].slice(1).data);
      expect(outcome.iterations).toBe(most);
      expect(outcome.residual).toBe(Math.max(...outcome.steps.map(({ residual }) => residual)));
      expect(Math.abs(outcome.matrices.leastRowSum - least)).toBeLessThan(1e-12);
    },
  );

  test('without end, the value of the best policy for ever', () => {
    const how: Differenced = { grid: [axis], boundary, drift: 'upwind' };
    const outcome = solveHJB(
      {
        model: controlled({ state: ['x'], control: ['a', 's'], drift: line.drift, diffusion: line.diffusion }),
        discount: line.killing,
        running: line.running,
        controls: { a: lists[0], s: lists[1] },
      },
      how,
    );
    const all = combinations(lists);
    const frozen = all.map((a) => under(line, how, a, 1));
    const right = nodesOf(how.grid).map((_, p) => given(0)[p] ?? 0);
    const policy = right.map(() => 0);
    const { u, iterations } = howard(frozen, fixed, right, 1, 1, policy, true);
    expect(outcome.kind).toBe('converged');
    expect(outcome.iterations).toBe(iterations);
    expect(Array.from(outcome.value.times)).toEqual([0, 1]);
    for (const t of [0, 1]) {
      const found = outcome.value.slice(t).data;
      u.forEach((value, p) => {
        expect(Math.abs(found[p] - value)).toBeLessThan(1e-11);
      });
    }
    expect(outcome.steps.length).toBe(1);
  });
});

describe('in the plane', () => {
  const plane: Plain = {
    state: ['x', 'y'],
    control: ['a', 's'],
    drift: ['a*y + 0.2*t', '-x/2 - a'],
    diffusion: [
      ['0.6', '0'],
      ['s', '0.7 + x/9'],
    ],
    killing: '0.1 + s^2',
    running: 'x^2 - x*y + a^2/4 + s*x + t*s',
  };
  const values = [
    [-1, 0.5, 2],
    [-0.2, 0.3],
  ];
  const grid = [pointsOf([-1, -0.4, 0.1, 1]), uniform(-1, 1, 5)];
  const model = controlled({
    state: plane.state,
    control: plane.control,
    drift: plane.drift,
    diffusion: plane.diffusion,
    time: 't',
  });

  test.each([
    ['reflecting', { kind: 'reflecting' }, 'central'],
    [
      'reflecting and periodic',
      [
        { lower: { kind: 'reflecting' }, upper: { kind: 'reflecting' } },
        { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } },
      ],
      'central',
    ],
    ['reflecting', { kind: 'reflecting' }, 'wide'],
  ] as const)(
    'coefficients, costs and rates of both axes and of time: %s sides, %s differences',
    (_, boundary, diffusion) => {
      const how: Differenced = { grid, boundary, drift: 'upwind', diffusion };
      const outcome = solveHJB(
        {
          model,
          T: 1,
          killing: plane.killing,
          running: plane.running,
          terminal: 'cos(x - 2*y)',
          controls: { a: values[0], s: values[1] },
        },
        { ...how, stepping: implicitEuler({ steps: 2 }) },
      );
      const all = combinations(values);
      const copies = nodesOf(grid).map((_, p) => Array.isArray(boundary) && p % 5 === 4);
      let u = nodesOf(grid).map(([x, y]) => Math.cos(x - 2 * y));
      const close = (v: number[]): number[] => v.map((value, p) => (copies[p] ? v[p - 4] : value));
      u = close(u);
      const atEnd = all.map((a) => under(plane, how, a, 1));
      const policy = u.map((_, p) => {
        if (copies[p]) return 0;
        const here = atEnd.map((one) => rate(one, u, p));
        return here.indexOf(Math.min(...here));
      });
      let negative = 0;
      let worst = 0;
      let least = Number.POSITIVE_INFINITY;
      for (const [index, t] of [0.5, 0].entries()) {
        const frozen = all.map((a) => under(plane, how, a, t));
        const right = u.slice();
        const made = howard(frozen, copies, right, 0.5, 1, policy);
        u = close(made.u);
        expect(outcome.steps[index].iterations).toBe(made.iterations);
        const found = outcome.value.slice(t).data;
        u.forEach((value, p) => {
          expect(Math.abs(found[p] - value)).toBeLessThan(1e-12);
        });
        for (const [j, name] of (['a', 's'] as const).entries()) {
          const chosen = outcome.policy[name].slice(t).data;
          policy.forEach((c, p) => {
            expect(chosen[p]).toBe(all[copies[p] ? policy[p - 4] : c][j]);
          });
        }
        made.M.forEach((row, p) => {
          row.forEach((entry, j) => {
            if (j === p || entry <= 1e-12) return;
            negative++;
            worst = Math.min(worst, -entry / 0.5);
          });
          least = Math.min(
            least,
            row.reduce((sum, entry) => sum + entry, 0),
          );
        });
      }
      const { matrices, monotone } = outcome;
      expect(matrices.negativeEntries).toBe(negative);
      expect(Math.abs((matrices.worst?.value ?? 0) - worst)).toBeLessThan(1e-12);
      expect(negative > 0).toBe(diffusion === 'central');
      expect([monotone, matrices.mMatrix]).toEqual([negative === 0, negative === 0]);
      expect(Math.abs(matrices.leastRowSum - least)).toBeLessThan(1e-12);
      if (!matrices.worst) return;
      // The place of the most negative entry is a node, beside it its neighbor across a corner.
      const { x, neighbor, t } = matrices.worst;
      expect([0, 0.5]).toContain(t);
      expect(x[0]).not.toBe(neighbor[0]);
      expect(x[1]).not.toBe(neighbor[1]);
    },
  );
});
