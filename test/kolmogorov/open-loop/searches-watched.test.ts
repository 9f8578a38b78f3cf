import {
  type ControlCheckpoint,
  controlObjective,
  controlObjectiveAsync,
  crankNicolson,
  implicitEuler,
  type OptimizeOptions,
  optimizeControl,
  optimizeControlAsync,
  pointsOf,
  uniform,
} from 'kolmogorov';
import { model as closures, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const model = symbolic({
  state: ['x'],
  drift: ['a - x/3 + b*x*x/9'],
  diffusion: [['0.5 + k']],
  parameters: { a: 0.25, b: -0.5, k: 0.1 },
});
const problem = {
  model,
  parameters: ['a'],
  constants: ['b'],
  T: 1,
  terminal: 'x^2 + b^2/2',
  running: 'a*x/5',
  initial: '(1 + x/3)/4',
  regularization: 0.5,
};
const options = {
  grid: [uniform(-2, 2, 9)],
  boundary: { kind: 'reflecting' } as const,
  stepping: implicitEuler({ steps: 4 }),
  intervals: 2,
};
const refusal = (act: () => unknown): SdeError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('steps are told one by one', () => {
  const theta = Float64Array.of(0.1, 0.2, -0.3);
  const backward = [1, 2, 3, 4].map((done) => ({ part: 'backward', done, of: 4 }));
  const adjoint = [1, 2, 3, 4].map((done) => ({ part: 'adjoint', done, of: 4 }));

  test('those of a value, and of its gradient after it', () => {
    const told: unknown[] = [];
    const objective = controlObjective(problem, { ...options, onStep: (progress) => told.push(progress) });
    objective.value(theta);
    expect(told.splice(0)).toEqual(backward);
    // Known: nothing is solved again.
    objective.value(theta.slice());
    expect(told).toEqual([]);
    objective.gradient(theta, new Float64Array(3));
    expect(told.splice(0)).toEqual(adjoint);
    objective.gradient(Float64Array.of(0.1, 0.2, -0.4), new Float64Array(3));
    expect(told.splice(0)).toEqual([...backward, ...adjoint]);
    objective.hamiltonian(Float64Array.of(0.1, 0.2, -0.4));
    expect(told.splice(0)).toEqual(adjoint);
    // The one before is not known any more.
    objective.value(theta);
    expect(told).toEqual(backward);
  });

  test('without memory each is taken again for its gradient, which has the same bits', () => {
    const told: { part: string; done: number }[] = [];
    const poor = controlObjective(problem, { ...options, memory: 0, onStep: (progress) => told.push(progress) });
    const [ample, own] = [new Float64Array(3), new Float64Array(3)];
    controlObjective(problem, options).gradient(theta, ample);
    poor.gradient(theta, own);
    expect(own).toEqual(ample);
    expect(told.slice(0, 4)).toEqual(backward);
    // Two steps a stretch: the last stretch is at hand, the first is taken again.
    expect(told.slice(4).map(({ done }) => done)).toEqual([1, 2, 2, 2, 3, 4]);
  });

  test.each(Array.from({ length: 8 }, (_, i) => i + 1))('the signal ends them at step %d', async (at) => {
    const ending = new AbortController();
    let count = 0;
    const objective = await controlObjectiveAsync(problem, {
      ...options,
      signal: ending.signal,
      onStep: () => {
        count++;
        if (count === at) ending.abort('enough');
      },
    });
    const act = objective.gradient(theta, new Float64Array(3));
    // After the last step there is nothing left to end.
    if (at === 8) expect(await act).toBe(controlObjective(problem, options).value(theta));
    else await expect(act).rejects.toMatchObject({ code: 'cancelled' });
    expect(count).toBe(at);
  });

  test('a solve that was cut short leaves nothing behind', () => {
    let count = 0;
    const objective = controlObjective(problem, {
      ...options,
      onStep: () => {
        count++;
        if (count === 2) throw new RangeError('the user’s own');
      },
    });
    expect(() => objective.value(theta)).toThrow('the user’s own');
    const gradient = new Float64Array(3);
    const expected = new Float64Array(3);
    const value = controlObjective(problem, options).gradient(theta, expected);
    expect(objective.gradient(theta, gradient)).toBe(value);
    expect(gradient).toEqual(expected);
  });

  test('in turns it is the same, one evaluation after the other', async () => {
    const objective = await controlObjectiveAsync(problem, options);
    const plain = controlObjective(problem, options);
    const [one, other] = [new Float64Array(3), new Float64Array(3)];
    const elsewhere = Float64Array.of(1, 0, 0);
    const [a, b, c, H] = await Promise.all([
      objective.gradient(theta, one),
      objective.value(elsewhere),
      objective.gradient(theta, other),
      objective.hamiltonian(elsewhere),
    ]);
    const expected = new Float64Array(3);
    expect([a, b, c]).toEqual([plain.gradient(theta, expected), plain.value(elsewhere), a]);
    expect([one, other]).toEqual([expected, expected]);
    expect(H.value(theta)).toBe(plain.hamiltonian(elsewhere).value(theta));
    expect([objective.size, objective.rows, objective.controls, objective.constants, objective.intervals]).toEqual([
      3, 2, 1, 1, 2,
    ]);
    await expect(objective.value(new Float64Array(2))).rejects.toThrow('not the unknowns');
    expect(await objective.value(elsewhere)).toBe(b);
  });
});

describe('an objective that there is none of', () => {
  test.each<[string, object, object, string, string]>([
    [
      'closures',
      { model: closures({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} }) },
      {},
      'unsupported',
      'controlObjective({ model })',
    ],
    ['no names', { parameters: undefined }, {}, 'value', 'controlObjective({ parameters })'],
    ['names that are none', { parameters: ['a', 1] }, {}, 'value', 'controlObjective({ parameters })'],
    ['constants that are none', { constants: 'b' }, {}, 'value', 'controlObjective({ constants })'],
    ['an unknown name', { parameters: ['z'] }, {}, 'unknown-symbol', 'controlObjective({ parameters, constants })'],
    ['an unknown constant', { constants: ['z'] }, {}, 'unknown-symbol', 'controlObjective({ parameters, constants })'],
    ['a name twice', { parameters: ['a', 'a'] }, {}, 'value', 'controlObjective({ parameters, constants })'],
    ['a name as both', { constants: ['a'] }, {}, 'value', 'controlObjective({ parameters, constants })'],
    [
      'nothing to choose',
      { parameters: [], constants: [] },
      {},
      'value',
      'controlObjective({ parameters, constants })',
    ],
    ['a weight below 0', { regularization: -1 }, {}, 'value', 'controlObjective({ regularization })'],
    ['an end before its start', { t0: 2 }, {}, 'value', 'controlObjective({ T, t0 })'],
    ['no interval', {}, { intervals: 0 }, 'value', 'controlObjective(…, { intervals })'],
    ['half an interval', {}, { intervals: 1.5 }, 'value', 'controlObjective(…, { intervals })'],
    ['another shape', {}, { control: 'cubic' }, 'value', 'controlObjective(…, { control })'],
    ['memory below 0', {}, { memory: -1 }, 'value', 'controlObjective(…, { memory })'],
    ['time in a cost', { running: 't' }, {}, 'unsupported', 'controlObjective({ model, killing, running })'],
    [
      'no class',
      { classes: [], terminal: undefined, initial: undefined },
      {},
      'shape',
      'controlObjective({ classes })',
    ],
    ['fitted differences', {}, { drift: 'exponential' }, 'unsupported', 'controlObjective(…, { drift })'],
    [
      'a slope that is given',
      {},
      { boundary: { kind: 'neumann', slope: 1 } },
      'unsupported',
      'controlObjective(…, { boundary })',
    ],
    [
      'a Robin value',
      {},
      { boundary: { kind: 'robin', weight: 1, slopeWeight: 1, value: 2 } },
      'unsupported',
      'controlObjective(…, { boundary })',
    ],
    [
      'one side with a slope that is given',
      {},
      { boundary: [{ lower: { kind: 'reflecting' }, upper: { kind: 'neumann', slope: 1 } }] },
      'unsupported',
      'controlObjective(…, { boundary })',
    ],
  ])('%s', (_, more, how, code, where) => {
    const error = refusal(() =>
      controlObjective({ ...problem, ...more } as typeof problem, { ...options, ...how } as typeof options),
    );
    expect([error.code, error.details.where]).toEqual([code, where]);
  });
  test('one that overflows', () => {
    const error = refusal(() =>
      controlObjective({ ...problem, terminal: '1e308*(1 + x^2)*b', regularization: 0 }, options).value(
        Float64Array.of(0, 0, 9),
      ),
    );
    expect(error.details.what).toMatch(/overflowed|not finite|blew up/);
  });
  test('without constants, and with all of them constants', () => {
    expect(controlObjective({ ...problem, constants: undefined }, options).size).toBe(2);
    expect(controlObjective({ ...problem, parameters: [], constants: ['b', 'a'] }, options).size).toBe(2);
  });
});

describe('a search', () => {
  const found = optimizeControl(problem, { ...options, tolerance: 1e-9 });

  test('ends where the gradient that it gives is small, relative to 1 + |J|', () => {
    const objective = controlObjective(problem, options);
    const theta = Float64Array.of(...found.theta.data, found.constants.b);
    const gradient = new Float64Array(3);
    expect(objective.gradient(theta, gradient)).toBe(found.objective);
    expect(Array.from(found.gradient.data)).toEqual(Array.from(gradient.subarray(0, 2)));
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(found.objective)));
    expect(found).toMatchObject({ kind: 'converged', constants: { b: theta[2] }, warnings: [] });
    expect('reason' in found).toBe(false);
    expect([found.theta.shape, found.gradient.shape]).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  test('begins at the model’s own parameters, or where it is told to', () => {
    const objective = controlObjective(problem, options);
    const first = (more: Partial<OptimizeOptions>): number =>
      optimizeControl(problem, { ...options, ...more, iterations: 0 }).history[0].objective;
    expect(first({})).toBe(objective.value(Float64Array.of(0.25, 0.25, -0.5)));
    expect(first({ start: [1, 2, 3] })).toBe(objective.value(Float64Array.of(1, 2, 3)));
    expect(first({ bounds: { lower: [0.5, -1] } })).toBe(objective.value(Float64Array.of(0.5, 0.5, -0.5)));
    expect(first({ bounds: { upper: [9, -0.75] } })).toBe(objective.value(Float64Array.of(0.25, 0.25, -0.75)));
    expect(first({ bounds: { lower: 0, upper: 1 } })).toBe(objective.value(Float64Array.of(0.25, 0.25, 0)));
    expect(first({ start: [1, 2, 3], bounds: { upper: 1.5 } })).toBe(objective.value(Float64Array.of(1, 1.5, 1.5)));
  });

  test('tells its iterates and leaves checkpoints, from which it goes on with the same bits', () => {
    const told: unknown[] = [];
    const kept: ControlCheckpoint[] = [];
    const whole = optimizeControl(problem, {
      ...options,
      tolerance: 1e-9,
      onProgress: (progress) => told.push(progress),
      onCheckpoint: (checkpoint) => kept.push(JSON.parse(JSON.stringify(checkpoint))),
    });
    expect(told).toEqual(whole.history.map((iterate) => ({ done: iterate.iteration, of: 200, ...iterate })));
    expect(kept.map(({ state }) => state.history.length)).toEqual(whole.history.map((_, i) => i + 1));
    expect(kept[0]).toMatchObject({ kind: 'control-checkpoint', method: 'projected-lbfgs', names: ['a', 'b'] });
    for (const checkpoint of [kept[1], kept[kept.length - 1]]) {
      const again = optimizeControl(problem, { ...options, tolerance: 1e-9, resume: checkpoint, start: [7, 7, 7] });
      expect(again.history).toEqual(whole.history);
      expect(Array.from(again.theta.data)).toEqual(Array.from(whole.theta.data));
    }
    const three = optimizeControl(problem, { ...options, tolerance: 0, iterations: 3, resume: kept[1] });
    expect([three.kind, three.reason, three.history.length]).toEqual(['stalled', 'iterations', 4]);
    const other = { ...options, resume: kept[1] };
    expect(
      refusal(() => optimizeControl(problem, { ...other, method: 'successive-approximations' })).details.where,
    ).toBe('optimizeControl(…, { resume })');
    expect(refusal(() => optimizeControl({ ...problem, running: 'x' }, other)).details.expected).toContain('at its θ');
  });

  test.each(['projected-lbfgs', 'successive-approximations'] as const)('ends at its signal: %s', async (method) => {
    const ending = new AbortController();
    let [count, kept] = [0, 0];
    const search = optimizeControlAsync(problem, {
      ...options,
      method,
      signal: ending.signal,
      onProgress: () => {
        count++;
        if (count === 2) ending.abort();
      },
      onCheckpoint: () => {
        kept++;
      },
    });
    await expect(search).rejects.toMatchObject({
      code: 'cancelled',
      details: { where: 'optimizeControlAsync(…, { signal })', remedy: expect.stringContaining('resume') },
    });
    expect([count, kept]).toEqual([2, 2]);
  });

  test.each<[string, object, string, string]>([
    ['a start of another size', { start: [1, 2] }, 'shape', 'optimizeControl(…, { start })'],
    [
      'a start that is not finite',
      { start: [1, 2, Number.POSITIVE_INFINITY] },
      'value',
      'optimizeControl(…, { start })[2]',
    ],
    ['bounds of another size', { bounds: { lower: [1] } }, 'shape', 'optimizeControl(…, { bounds: { lower } })'],
    [
      'bounds that are no numbers',
      { bounds: { upper: [1, Number.NaN] } },
      'shape',
      'optimizeControl(…, { bounds: { upper } })',
    ],
    ['bounds that cross', { bounds: { lower: [0, 1], upper: [0, 0.5] } }, 'value', 'optimizeControl(…, { bounds })'],
    ['a bound that is none', { bounds: { lower: Number.NaN } }, 'value', 'optimizeControl(…, { bounds: { lower } })'],
    ['another method', { method: 'newton' }, 'value', 'optimizeControl(…, { method })'],
    ['a method of Object', { method: 'toString' }, 'value', 'optimizeControl(…, { method })'],
    ['iterations below 0', { iterations: -1 }, 'value', 'optimizeControl(…, { iterations })'],
    ['too many', { iterations: 10_001 }, 'value', 'optimizeControl(…, { iterations })'],
    ['a tolerance below 0', { tolerance: -1e-9 }, 'value', 'optimizeControl(…, { tolerance })'],
  ])('refuses %s', (_, more, code, where) => {
    const error = refusal(() => optimizeControl(problem, { ...options, ...more } as OptimizeOptions));
    expect([error.code, error.details.where]).toEqual([code, where]);
  });
  test('names the one whose bounds cross', () => {
    const crossed = (lower: number[], upper: number[]): string =>
      refusal(() => optimizeControl(problem, { ...options, bounds: { lower, upper } })).details.got;
    expect(crossed([1, 0], [0, 1])).toBe("1 and 0 for 'a'");
    expect(crossed([0, 3], [0, 2])).toBe("3 and 2 for 'b'");
  });
});

test('what is paid counts from t0 to T, killed and weighed as the classes are', () => {
  // Nothing moves: J = Σ mass (φ e^(−cT) + r (1 − e^(−cT))/c), by two Crank–Nicolson steps of ½.
  const still = symbolic({ state: ['x'], drift: ['0'], diffusion: [['0*a']], parameters: { a: 2, c: 0.4 } });
  const objective = controlObjective(
    {
      model: still,
      parameters: ['a'],
      T: 3,
      t0: 2,
      killing: 'c',
      running: 'a*x',
      classes: [
        { terminal: 'x + 3', initial: { points: [[1]], weights: [0.25] } },
        { terminal: 'a*x', initial: [1] },
      ],
      regularization: 2,
    },
    {
      grid: [pointsOf([-1, 0, 1, 2])],
      boundary: { kind: 'reflecting' },
      stepping: crankNicolson({ steps: 2, smoothing: 0 }),
      intervals: 1,
    },
  );
  const [a, decay] = [1.5, 0.9 / 1.1];
  const paid = (phi: number): number => {
    let u = phi;
    for (let step = 0; step < 2; step++) u = u * decay + (a * 0.5) / 1.1;
    return u;
  };
  expect(objective.value(Float64Array.of(a))).toBeCloseTo(0.25 * paid(4) + paid(a) + a * a, 13);
  const gradient = new Float64Array(1);
  objective.gradient(Float64Array.of(a), gradient);
  expect(gradient[0]).toBeCloseTo(decay ** 2 + 1.25 * (0.5 / 1.1) * (1 + decay) + 2 * a, 12);
});
