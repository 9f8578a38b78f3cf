import { controlled, implicitEuler, pointsOf, solveHJB, uniform } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';

const refusal = (act: () => unknown): SdeError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
// What the types forbid.
const loose = <V>(value: unknown): V => value as V;

describe('a formula that is not the best', () => {
  // Given values at both ends: one node is left. The Hamiltonian there is r(a) and what does not depend on a.
  const model = controlled({ state: ['x'], control: ['b', 'a'], drift: ['0'], diffusion: [['1']] });
  const warned = (running: string, a: object, sense: 'minimize' | 'maximize' = 'minimize') =>
    solveHJB(
      { model, T: 1, running, terminal: '0', controls: { b: [1], a: loose(a) }, sense },
      { grid: [pointsOf([0, 1, 3])], boundary: { kind: 'absorbing' }, stepping: implicitEuler({ steps: 1 }) },
    ).warnings.filter(({ kind }) => kind === 'minimizer-not-best');

  test('in an interval: by the best of 33 values', () => {
    const [warning] = warned('(a - 0.26)^2 + b', { lower: -1, upper: 3, minimizer: '0.5' });
    expect(warning).toMatchObject({ control: 'a', given: 0.5, better: 0.25, x: [1], t: 0 });
    expect(warning.gain).toBeCloseTo(0.24 ** 2 - 0.01 ** 2, 12);
    // Beside a cost of 1: V is at most what is paid, and the scale of the terms below ten.
    expect(warning.relative).toBeGreaterThan((warning.gain as number) / 20);
    expect(warning.relative).toBeLessThan(warning.gain as number);
  });
  test.each([
    ['-a', 3],
    ['a', -1],
    ['abs(a - 2.875)', 2.875],
    ['abs(a + 0.875)', -0.875],
  ])('its ends and the values beside them: %s', (running, better) => {
    expect(warned(running, { lower: -1, upper: 3, minimizer: '0.75' })[0]).toMatchObject({ better });
  });
  test('without ends: by steps away, to either side, relative to 1 and its size', () => {
    for (const distance of [2 ** -6, 2 ** -4, 2 ** -2, 1, 4, 16]) {
      for (const place of [-distance, distance])
        expect(warned(`abs(a - ${place})`, { minimizer: '0*V' })[0]).toMatchObject({ given: 0, better: place });
    }
    expect(warned('abs(a + 3)', { minimizer: '-1' })[0]).toMatchObject({ given: -1, better: -3 });
    expect(warned('abs(a + 33)', { minimizer: '-1' })[0]).toMatchObject({ given: -1, better: -33 });
    expect(warned('abs(a - 1.5)', { minimizer: '1' })[0]).toMatchObject({ given: 1, better: 1.5 });
    expect(warned('abs(a - 2)', { minimizer: '0*V', upper: 1.5 })[0]).toMatchObject({ better: 1.5 });
    expect(warned('-abs(a + 2)', { minimizer: '0*V', lower: -1.5 }, 'maximize')[0]).toMatchObject({
      given: 0,
      better: -1.5,
    });
  });
  test('for a maximum', () => {
    expect(warned('-(a - 1)^2', { lower: -1, upper: 3, minimizer: '0.75' }, 'maximize')[0]).toMatchObject({
      better: 1,
    });
    expect(warned('(a - 1)^2', { lower: -1, upper: 3, minimizer: '0.75' }, 'maximize')[0]).toMatchObject({
      better: -1,
    });
  });
  test('by more than 2⁻³⁰ of the terms alone', () => {
    // At one node with b = 1 the terms are 1 from r and some from V.
    const by = (gain: number): number =>
      warned(`b + ${gain}*abs(a - 1)`, { lower: 0, upper: 2, minimizer: '0' }).length;
    expect(by(2 ** -31)).toBe(0);
    expect(by(2 ** -26)).toBe(1);
  });
  test('is looked for at 64 nodes at least, from the middle of their distance on', () => {
    const line = controlled({ state: ['x'], control: ['a'], drift: ['0'], diffusion: [['0.1']] });
    const at = (nodes: number, wrong: number): number =>
      solveHJB(
        {
          model: line,
          T: 1,
          running: '(a - 1)^2',
          controls: { a: { lower: 0, upper: 2, minimizer: `abs(x - ${wrong}) < 0.5 ? 0.5 : 1` } },
        },
        {
          grid: [uniform(0, nodes - 1, nodes)],
          boundary: { kind: 'reflecting' },
          stepping: implicitEuler({ steps: 1 }),
        },
      ).warnings.length;
    expect([5, 6].map((wrong) => at(127, wrong))).toEqual([1, 1]);
    expect([4, 5, 6, 7].map((wrong) => at(130, wrong))).toEqual([0, 1, 0, 1]);
    expect([3, 4, 5, 6, 7].map((wrong) => at(200, wrong))).toEqual([0, 1, 0, 0, 1]);
  });
});

describe('controls without end', () => {
  const still = controlled({ state: ['x', 'y'], control: ['a', 'b'], drift: ['0', '0'], diffusion: [['1'], ['1']] });
  const grid = [pointsOf([-1, 0, 1]), pointsOf([2, 3, 4])];
  const solve = (running: string, controls: object, sense: 'minimize' | 'maximize' = 'minimize') =>
    solveHJB(
      { model: still, T: 1, running, controls: loose(controls), sense },
      { grid, boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 2 }) },
    );
  const box = { lower: -1, upper: 1 };

  test.each<[string, object, 'minimize' | 'maximize', string]>([
    ['-a + b^2', { a: {}, b: {} }, 'minimize', 'a → +∞'],
    ['a + b^2', { a: {}, b: {} }, 'minimize', 'a → −∞'],
    ['a^2 - b', { a: {}, b: { lower: 0 } }, 'minimize', 'b → +∞'],
    ['a^2 + b', { a: {}, b: { upper: 0 } }, 'minimize', 'b → −∞'],
    ['a^2 + b^2', { a: box, b: { lower: 2 } }, 'maximize', 'b → +∞'],
    ['a^2 + b^2 + 3*a*b', { a: { lower: 0 }, b: { upper: 0 } }, 'minimize', 'a → +∞, b → −∞'],
    ['a^2 + b^2 - 3*a*b', { a: { lower: 0 }, b: { lower: 0 } }, 'minimize', 'a → +∞, b → +∞'],
    ['a^2 - b', { a: {}, b: { minimizer: 'V' } }, 'minimize', 'b → +∞'],
    ['a^2 + b', { a: box, b: { upper: 0, minimizer: '0*V' } }, 'minimize', 'b → −∞'],
  ])('%s over %j, to %s: %s', (running, controls, sense, got) => {
    const error = refusal(() => solve(running, controls, sense));
    expect([error.code, error.details.got]).toEqual(['value', got]);
    expect(error.details.where).toMatch(/^solveHJB\({ controls }\) at t = 0\.5, x = \(-1, 2\)$/);
    expect(error.details.what).toContain(sense === 'minimize' ? 'falls without end' : 'rises without end');
    expect(error.details.what).toContain(sense === 'minimize' ? '−∞' : '+∞');
  });

  test.each<[string, object]>([
    ['a^2 + b^2', { a: {}, b: {} }],
    ['a^2 + b^2 - a*b', { a: {}, b: {} }],
    ['a^2 + b^2 + 3*a*b', { a: { lower: 0 }, b: { lower: 0 } }],
    ['-a + b^2', { a: { upper: 2 }, b: {} }],
    ['a^2 - b^2', { a: {}, b: box }],
    ['a^2 + b^2', { a: { minimizer: '0*V' }, b: {} }],
  ])('%s over %j has a least', (running, controls) => {
    expect(solve(running, controls).kind).toBe('converged');
  });
});

describe('where the iteration starts', () => {
  const line = controlled({ state: ['x'], control: ['a'], drift: ['0*a'], diffusion: [['1']] });
  // No control matters, so that the start is what is left.
  const start = (a: object): number =>
    solveHJB(
      { model: line, T: 1, controls: { a: loose(a) } },
      { grid: [pointsOf([-1, 0, 1])], boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 1 }) },
    ).policy.a.at(0, [0]);
  test.each<[object, number]>([
    [[3, -1], 3],
    [{ lower: -1, upper: 2, search: 5 }, 0],
    [{ lower: 1, upper: 2, search: 5 }, 1],
    [{ lower: -3, upper: -2, search: 5 }, -2],
    [{ lower: 4, upper: 8, points: 3 }, 4],
  ])('%j: %d', (a, value) => {
    expect(start(a)).toBe(value);
  });
});

test('an unknown sense, and a model without controls', () => {
  const line = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['1']] });
  const how = { grid: [pointsOf([-1, 0, 1])], stepping: implicitEuler({ steps: 1 }) };
  const given = { model: line, T: 1, controls: { a: [1] } };
  const solve = (more: object, options: object = {}) =>
    solveHJB(loose({ ...given, ...more }), loose({ ...how, ...options }));
  expect(refusal(() => solve({ sense: 'min' })).details.where).toBe('solveHJB({ sense })');
  expect(refusal(() => solve({ model: line.model })).details.where).toBe('solveHJB({ model })');
  expect(refusal(() => solve({ killing: 1, discount: 2 })).details.got).toBe('1 and 2');
  expect(refusal(() => solve({}, { solver: 3 })).details.where).toBe('solveHJB(…, { solver })');
  expect(refusal(() => solve({}, { iterations: 0 })).details.where).toBe('solveHJB(…, { iterations })');
  expect(refusal(() => solve({ T: undefined, running: 't' })).code).toBe('unsupported');
  expect(solve({ discount: 0, killing: undefined }).kind).toBe('converged');
});
