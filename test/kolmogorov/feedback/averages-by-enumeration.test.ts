import { type BoundaryInput, controlled, pointsOf, solveErgodicHJB } from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { combinations, type Differenced, nodesOf, type Plain, rate, solved, under } from './plain-hjb.js';

const n = 5;
const line: Plain = {
  state: ['x'],
  control: ['a'],
  drift: ['a - x/3'],
  diffusion: [['0.7 + a/5']],
  killing: '0',
  running: 'x^2 + x + a^2/3',
};
const list = [0.8, -1];
const axis = pointsOf([-1, -0.6, 0.1, 0.5, 1.2]);
const reflecting: Differenced = { grid: [axis], boundary: { kind: 'reflecting' }, drift: 'upwind' };
const model = controlled({ state: ['x'], control: ['a'], drift: line.drift, diffusion: line.diffusion });
const problem = { model, running: line.running, controls: { a: list } };

/** π with π A = 0, λ = π r, and V with A V + r = λ, V(reference) = 0, of the nodes that are not copies. */
function averageOf(A: number[][], r: number[], reference: number) {
  const size = r.length;
  const transposed = A.map((_, i) => A.map((row) => (i === size - 1 ? 1 : row[i])));
  const law = solved(
    transposed,
    r.map((_, i) => (i === size - 1 ? 1 : 0)),
  );
  const average = law.reduce((sum, mass, p) => sum + mass * r[p], 0);
  const held = A.map((row, i) => row.map((entry, j) => (i === size - 1 ? (j === reference ? 1 : 0) : entry)));
  const V = solved(
    held,
    r.map((cost, i) => (i === size - 1 ? 0 : average - cost)),
  );
  return { law, average, V };
}

describe('the best average is that of the best of all policies', () => {
  const frozen = list.map((a) => under(line, reflecting, [a], 0));
  const every = combinations(Array.from({ length: n }, () => [0, 1])).map((policy) => ({
    policy,
    ...averageOf(
      policy.map((c, p) => frozen[c].A[p]),
      policy.map((c, p) => frozen[c].r[p]),
      2,
    ),
  }));

  test.each([
    ['minimize', 1],
    ['maximize', -1],
  ] as const)('%s', (sense, sign) => {
    const best = every.reduce((one, other) => (sign * other.average < sign * one.average ? other : one));
    const outcome = solveErgodicHJB({ ...problem, sense }, reflecting);
    expect(outcome.kind).toBe('converged');
    expect(Math.abs(outcome.average - best.average)).toBeLessThan(1e-13);
    expect(Array.from(outcome.policy.a.slice(0).data)).toEqual(best.policy.map((c) => list[c]));
    const [value, masses] = [outcome.value.slice(1).data, outcome.density.masses(1).data];
    expect(value[2]).toBe(0);
    for (let p = 0; p < n; p++) {
      expect(Math.abs(value[p] - best.V[p])).toBeLessThan(1e-12);
      expect(Math.abs(masses[p] - best.law[p])).toBeLessThan(1e-13);
    }
    expect(outcome.residual).toBeLessThan(1e-12);
    expect(outcome.matrices.mMatrix).toBe(true);
    expect(outcome.matrices.leastRowSum).toBe(0);
    expect(outcome.warnings).toEqual([]);
    expect([outcome.density.mass, outcome.density.negativeMass]).toEqual([expect.closeTo(1, 14), 0]);
  });

  test('iterations: those with the small discount, and those for the average', () => {
    const howard = (policy: number[], solutionOf: (policy: number[]) => number[]): number => {
      for (let iterations = 1; ; iterations++) {
        const u = solutionOf(policy);
        let gained = false;
        for (let p = 0; p < n; p++) {
          const values = frozen.map((one) => rate(one, u, p));
          const least = Math.min(...values);
          if (values[policy[p]] - least < 1e-10) continue;
          gained = true;
          policy[p] = values.indexOf(least);
        }
        if (!gained) return iterations;
      }
    };
    const policy = [0, 0, 0, 0, 0];
    const discounted = howard(policy, (now) => {
      const A = now.map((c, p) => frozen[c].A[p]);
      const discount = 2 ** -10 * Math.max(...A.flat().map(Math.abs));
      return solved(
        A.map((row, i) => row.map((entry, j) => (i === j ? discount : 0) - entry)),
        now.map((c, p) => frozen[c].r[p]),
      );
    });
    const averaged = howard(
      policy,
      (now) =>
        averageOf(
          now.map((c, p) => frozen[c].A[p]),
          now.map((c, p) => frozen[c].r[p]),
          2,
        ).V,
    );
    expect(discounted).toBeGreaterThan(1);
    expect(solveErgodicHJB(problem, reflecting).iterations).toBe(discounted + averaged);
  });
});

describe('the reference', () => {
  const zero = (reference: number[] | undefined, how: Differenced = reflecting): number[] => {
    const value = solveErgodicHJB(problem, { ...how, ...(reference && { reference }) }).value.slice(0).data;
    return Array.from(value, (v, p) => (v === 0 ? p : -1)).filter((p) => p >= 0);
  };
  test.each([
    [undefined, 2],
    [[-1], 0],
    [[1.2], 4],
    [[-0.81], 0],
    [[-0.8], 0],
    [[-0.79], 1],
    [[0.3], 2],
    [[0.31], 3],
  ])('%j is the node %d', (reference, p) => {
    expect(zero(reference)).toEqual([p]);
  });
  test('at the end of a periodic axis it is the start, as well', () => {
    const circle: Differenced = { ...reflecting, boundary: { kind: 'periodic' } };
    expect(zero([1.2], circle)).toEqual([0, 4]);
    expect(zero([0.6], circle)).toEqual([3]);
  });
  test.each([[[-1.01]], [[1.21]], [[Number.NaN]], [[0, 0]], [[]]])('%j is refused', (reference) => {
    expect(() => solveErgodicHJB(problem, { ...reflecting, reference })).toThrow(/reference/);
  });
  test('that is no number is named', () => {
    expect(() => solveErgodicHJB(problem, { ...reflecting, reference: [Number.NaN] })).toThrow(/reference }\)\[0\]/);
  });
  test('in the plane: of each axis its own', () => {
    const plane = controlled({
      state: ['x', 'y'],
      control: ['a'],
      drift: ['a - x', '-y'],
      diffusion: [
        ['0.8', '0'],
        ['0', '0.9'],
      ],
    });
    const grid = [axis, pointsOf([0, 0.4, 1, 1.5])];
    const two = { model: plane, running: 'x^2 + y + a^2', controls: { a: list } };
    const zeroOf = (reference?: number[]): number =>
      solveErgodicHJB(two, {
        grid,
        boundary: { kind: 'reflecting' },
        drift: 'upwind',
        ...(reference && { reference }),
      })
        .value.slice(0)
        .data.indexOf(0);
    expect(zeroOf()).toBe(2 * 4 + 1);
    expect(zeroOf([0.1, 1.5])).toBe(2 * 4 + 3);
    expect(zeroOf([1.2, 0])).toBe(4 * 4);
    expect(() => zeroOf([0, 2])).toThrow(/coordinate 1 in \[0, 1.5\]/);
  });
});

test('periodic: the law and the policy of the start are those of the end, the masses shared', () => {
  const circle: Differenced = { ...reflecting, boundary: { kind: 'periodic' } as BoundaryInput };
  const frozen = list.map((a) => under(line, circle, [a], 0));
  const free = 4;
  const every = combinations(Array.from({ length: free }, () => [0, 1])).map((policy) => {
    const fold = (row: number[]): number[] => row.slice(0, free).map((entry, j) => entry + (j === 0 ? row[free] : 0));
    return {
      policy,
      ...averageOf(
        policy.map((c, p) => fold(frozen[c].A[p])),
        policy.map((c, p) => frozen[c].r[p]),
        2,
      ),
    };
  });
  const best = every.reduce((one, other) => (other.average < one.average ? other : one));
  const outcome = solveErgodicHJB(problem, circle);
  expect(Math.abs(outcome.average - best.average)).toBeLessThan(1e-13);
  const masses = outcome.density.masses(0).data;
  const [value, chosen] = [outcome.value.slice(0).data, outcome.policy.a.slice(0).data];
  for (let p = 0; p < free; p++) {
    const mass = p === 0 ? masses[0] + masses[free] : masses[p];
    expect(Math.abs(mass - best.law[p])).toBeLessThan(1e-13);
    expect(Math.abs(value[p] - best.V[p])).toBeLessThan(1e-12);
    expect(chosen[p]).toBe(list[best.policy[p]]);
  }
  expect([value[free], chosen[free]]).toEqual([value[0], chosen[0]]);
  expect(masses[free]).toBeGreaterThan(0);
});

describe('an average that is no mean of its cost', () => {
  // Central differences of a drift that is large beside the noise: the stationary vector has signs.
  const solve = (noise: number, running = 'x^2*(x^2 - 0.25)') => {
    const drifting = controlled({ state: ['x'], control: ['a'], drift: ['-9*x + 0*a'], diffusion: [[String(noise)]] });
    return solveErgodicHJB(
      { model: drifting, running, controls: { a: [0] } },
      { grid: [pointsOf([-1, -0.5, 0, 0.5, 1])], boundary: { kind: 'reflecting' }, drift: 'central' },
    );
  };
  const reference = (noise: number): number => {
    const plain: Plain = { ...line, drift: ['-9*x + 0*a'], diffusion: [[String(noise)]], running: 'x^2*(x^2 - 0.25)' };
    const { A, r } = under(
      plain,
      { grid: [pointsOf([-1, -0.5, 0, 0.5, 1])], boundary: { kind: 'reflecting' }, drift: 'central' },
      [0],
      0,
    );
    return averageOf(A, r, 2).average;
  };
  test.each([2.2, 1.5, 1, 0.9, 0.8, 0.7, 0.1])('noise %d', (noise) => {
    const costs = nodesOf([pointsOf([-1, -0.5, 0, 0.5, 1])]).map(([x]) => x ** 2 * (x ** 2 - 0.25));
    const [low, high] = [Math.min(...costs), Math.max(...costs)];
    const average = reference(noise);
    const overshoot = Math.max(average - high, low - average);
    const said = solve(noise).warnings.filter(({ kind }) => kind === 'open-side');
    expect(said.length).toBe(overshoot > 0.05 * (high - low) ? 1 : 0);
    if (said.length === 0) return;
    expect(said[0]).toMatchObject({ low, high });
    expect(Math.abs((said[0].overshoot as number) - overshoot)).toBeLessThan(1e-9);
  });
});
