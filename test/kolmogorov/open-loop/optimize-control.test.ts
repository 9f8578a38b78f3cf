import {
  bdf2,
  type ControlCheckpoint,
  type ControlMethod,
  controlObjectiveAsync,
  crankNicolson,
  hundsdorferVerwer,
  type IterateProgress,
  optimizeControl,
  optimizeControlAsync,
  uniform,
} from 'kolmogorov';
import { model, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

// A noisy layer of width 2 in the plane, with weights as controls, of rank one.
const layer = ['v*tanh(w*x + y)', 'tanh(x - w*y) - v*x/2'];
const plane = symbolic({
  state: ['x', 'y'],
  drift: layer,
  diffusion: layer.map((f) => [`0.3*(${f})`]),
  parameters: { v: 0.8, w: 0.5 },
});

const methods: readonly ControlMethod[] = ['projected-lbfgs', 'successive-approximations'];

/** What was thrown. */
function caught(act: () => unknown): SdeError {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('optimizeControl', () => {
  // dX = θ dt + σ dW, J = E X_T² q/2 + ½ ∫ θ²: open loop sees the mean alone, θ = −q m₀ / (1 + q T).
  const steered = symbolic({ state: ['x'], drift: ['theta'], diffusion: [['0.5']], parameters: { theta: 0 } });
  const q = 2;
  const problem = { model: steered, parameters: ['theta'], T: 1, terminal: 'x^2', initial: [1.5], regularization: 1 };
  const options = {
    grid: [uniform(-8, 8, 161)],
    boundary: { kind: 'vanishing-curvature' } as const,
    stepping: crankNicolson({ steps: 20, smoothing: 0 }),
    intervals: 4,
  };

  test.each(methods)('finds the linear–quadratic optimum: %s', (method) => {
    const outcome = optimizeControl(problem, { ...options, method });
    expect(outcome.kind).toBe('converged');
    expect(outcome.theta.shape).toEqual([4, 1]);
    const theta = (-q * 1.5) / (1 + q);
    for (const value of outcome.theta.data) expect(value).toBeCloseTo(theta, 5);
    // ½ q (m² + σ² T) + ½ θ² T, and x² is differenced exactly.
    expect(outcome.objective).toBeCloseTo((1.5 + theta) ** 2 + 0.25 + theta ** 2 / 2, 6);
    const objectives = outcome.history.map(({ objective }) => objective);
    for (let i = 1; i < objectives.length; i++) expect(objectives[i]).toBeLessThanOrEqual(objectives[i - 1]);
  });

  test.each(methods)('stays within bounds, and is at them where they bind: %s', (method) => {
    const outcome = optimizeControl(problem, { ...options, method, bounds: { lower: -0.6, upper: [2] } });
    expect(outcome.kind).toBe('converged');
    expect(Array.from(outcome.theta.data)).toEqual([-0.6, -0.6, -0.6, -0.6]);
    for (const slope of outcome.gradient.data) expect(slope).toBeGreaterThan(0);
  });

  test.each(methods)('lowers the loss of a noisy layer in the plane from a density of data: %s', (method) => {
    const seen: number[] = [];
    const outcome = optimizeControl(
      {
        model: plane,
        parameters: ['v', 'w'],
        T: 1,
        terminal: 'log(1 + exp(2*(y - x)))',
        initial: 'exp(-2*(x - 0.5)^2 - 2*y^2)*2/pi',
        regularization: 0.05,
      },
      {
        grid: [uniform(-3, 4, 29), uniform(-3, 3, 25)],
        stepping: hundsdorferVerwer({ steps: 8 }),
        intervals: 2,
        tolerance: 1e-6,
        method,
        onProgress: ({ objective }) => seen.push(objective),
      },
    );
    expect(outcome.kind).toBe('converged');
    expect(outcome.objective).toBeLessThan(seen[0] - 0.01);
    expect(seen).toEqual(outcome.history.map(({ objective }) => objective));
    for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeLessThanOrEqual(seen[i - 1]);
  });

  test('finds the optimum among controls that are linear on their intervals', () => {
    // r = (θ − sin t)² / 2 alone is least for the L² projection of sin t: compare with the normal equations of hat functions.
    const tracked = symbolic({
      state: ['x', 'clock'],
      drift: ['theta', '1'],
      diffusion: [['0.3'], ['0']],
      parameters: { theta: 0 },
    });
    const outcome = optimizeControl(
      { model: tracked, parameters: ['theta'], T: 1, terminal: '0*x', running: '(theta - clock)^2/2', initial: [0, 0] },
      {
        grid: [uniform(-3, 3, 13), uniform(-0.5, 1.5, 41)],
        stepping: hundsdorferVerwer({ steps: 40 }),
        intervals: 2,
        control: 'linear',
      },
    );
    expect(outcome.kind).toBe('converged');
    expect(outcome.theta.shape).toEqual([3, 1]);
    // θ(t) = t is a control of this shape, and both time stepping and differences are exact for it but for the square: Δt² a step.
    Array.from(outcome.theta.data).forEach((value, i) => {
      expect(Math.abs(value - i / 2)).toBeLessThan(2 / 40);
    });
  });

  test('chooses constants with the control, each where it enters', () => {
    // The mean of X_T + shift is steered to 0 by both, the shift free of charge but for R.
    const model = symbolic({
      state: ['x'],
      drift: ['theta'],
      diffusion: [['0.5']],
      parameters: { theta: 0, shift: 0 },
    });
    const outcome = optimizeControl(
      {
        model,
        parameters: ['theta'],
        constants: ['shift'],
        T: 1,
        terminal: '(x + shift)^2',
        initial: [1.5],
        regularization: 1,
      },
      options,
    );
    // ½ q (m₀ + θ + s)² + ½ θ² + ½ s²: θ = s = −q m₀ / (1 + 2 q).
    const optimum = (-q * 1.5) / (1 + 2 * q);
    expect(outcome.kind).toBe('converged');
    expect(outcome.constants.shift).toBeCloseTo(optimum, 5);
    for (const value of outcome.theta.data) expect(value).toBeCloseTo(optimum, 5);
  });

  test.each(methods)('goes on from a checkpoint with the same iterates to the last bit: %s', async (method) => {
    const layered = {
      model: plane,
      parameters: ['v', 'w'],
      T: 1,
      terminal: 'log(1 + exp(2*(y - x)))',
      initial: {
        points: [
          [0.4, 0.1],
          [0.7, -0.2],
        ],
      },
      regularization: 0.05,
    };
    const how = {
      grid: [uniform(-3, 4, 21), uniform(-3, 3, 19)],
      stepping: hundsdorferVerwer({ steps: 6 }),
      intervals: 2,
      iterations: 8,
      method,
    };
    const whole = optimizeControl(layered, how);
    let kept = '';
    const controller = new AbortController();
    const interrupted = (): Promise<unknown> =>
      optimizeControlAsync(layered, {
        ...how,
        signal: controller.signal,
        onProgress: ({ iteration }) => {
          if (iteration === 3) controller.abort();
        },
        onCheckpoint: (checkpoint) => {
          kept = JSON.stringify(checkpoint);
        },
      });
    await expect(interrupted()).rejects.toThrow(/cancelled/);
    const checkpoint: ControlCheckpoint = JSON.parse(kept);
    expect(checkpoint.state.history).toHaveLength(4);
    const seen: number[] = [];
    const resumed = optimizeControl(layered, {
      ...how,
      resume: checkpoint,
      onProgress: ({ iteration }) => seen.push(iteration),
    });
    expect(seen[0]).toBe(4);
    expect(resumed.history).toEqual(whole.history);
    expect(resumed.theta.data).toEqual(whole.theta.data);
    expect(resumed.gradient.data).toEqual(whole.gradient.data);
    expect(resumed.kind).toBe(whole.kind);

    const refused =
      (change: Partial<ControlCheckpoint>): (() => unknown) =>
      () =>
        optimizeControl(layered, { ...how, resume: { ...checkpoint, ...change } });
    const other = methods.find((name) => name !== method) ?? method;
    expect(refused({ method: other })).toThrow(/another search/);
    expect(refused({ names: ['w', 'v'] })).toThrow(/another search/);
    expect(refused({ state: { ...checkpoint.state, x: [0] } })).toThrow(/another search/);
    expect(refused({ state: { ...checkpoint.state, objective: 0 } })).toThrow(/another search/);
    expect(refused({ kind: undefined })).toThrow(/another search/);
  });

  // Room for all steps, and for so few that backward steps are taken again during the adjoint sweep.
  test.each(methods.flatMap((method) => [2 ** 30, 60_000].map((memory) => ({ method, memory }))))(
    'is stopped within an iterate, at any step, and goes on with the same bits: $method, $memory bytes',
    async ({ method, memory }) => {
      const layered = {
        model: plane,
        parameters: ['v', 'w'],
        T: 1,
        terminal: 'log(1 + exp(2*(y - x)))',
        initial: [0.5, 0],
        regularization: 0.05,
      };
      const how = {
        grid: [uniform(-3, 4, 15), uniform(-3, 3, 13)],
        stepping: hundsdorferVerwer({ steps: 6 }),
        intervals: 2,
        iterations: 5,
        method,
        memory,
      };
      /** Aborted at the step of that number after iterate 2 is reached; says where, and what was kept. */
      const interrupted = async (
        stop: number,
      ): Promise<{ readonly at: IterateProgress | undefined; readonly kept: string }> => {
        const controller = new AbortController();
        let [steps, iterate, kept] = [0, 0, ''];
        let at: IterateProgress | undefined;
        const act = (): Promise<unknown> =>
          optimizeControlAsync(layered, {
            ...how,
            signal: controller.signal,
            onProgress: ({ iteration }) => {
              iterate = iteration;
            },
            onStep: (progress) => {
              if (iterate === 2 && steps++ === stop) {
                at = progress;
                controller.abort('enough');
              } else if (controller.signal.aborted) throw new Error('a step was taken after the signal aborted');
            },
            onCheckpoint: (checkpoint) => {
              kept = JSON.stringify(checkpoint);
            },
          });
        const error = await act().then(
          () => caught(() => {}),
          (thrown) => thrown,
        );
        expect(error.code).toBe('cancelled');
        expect(error.message).toMatch(
          /search was cancelled[\s\S]*optimizeControlAsync\(…, \{ signal \}\)[\s\S]*\{ resume \}/,
        );
        expect(error.cause).toBe('enough');
        return { at, kept };
      };
      const told: IterateProgress[] = [];
      let reached = 0;
      const whole = optimizeControl(layered, {
        ...how,
        onProgress: ({ iteration }) => {
          reached = iteration;
        },
        onStep: (progress) => {
          if (reached === 2) told.push(progress);
        },
      });
      expect(new Set(told.map(({ part }) => part)).size).toBe(method === 'projected-lbfgs' ? 2 : 3);
      const again = told.some(({ part, done }, i) => part === 'adjoint' && i > 0 && done === told[i - 1].done);
      expect(again).toBe(memory === 60_000);
      // After the very last step iterate 3 is reached.
      const stride = Math.ceil(told.length / 16);
      for (let stop = 0; stop < told.length - 1; stop += stride) {
        const { at, kept } = await interrupted(stop);
        expect(at).toEqual(told[stop]);
        const checkpoint: ControlCheckpoint = JSON.parse(kept);
        expect(checkpoint.state.history).toHaveLength(3);
        const resumed = optimizeControl(layered, { ...how, resume: checkpoint });
        expect(resumed.history).toEqual(whole.history);
        expect(resumed.theta.data).toEqual(whole.theta.data);
        expect(resumed.gradient.data).toEqual(whole.gradient.data);
      }
    },
  );

  test('tells every step of an objective and its gradient, and can be evaluated again after it was stopped', async () => {
    let limit = Number.POSITIVE_INFINITY;
    const signal = { aborted: false, reason: 'enough' };
    const told: IterateProgress[] = [];
    const watched = {
      ...options,
      // Room for few steps, so that some are taken again.
      memory: 40_000,
      signal: signal as AbortSignal,
      onStep: (progress: IterateProgress) => {
        told.push(progress);
        if (told.length === limit) signal.aborted = true;
      },
    };
    const objective = await controlObjectiveAsync(problem, watched);
    const theta = Float64Array.of(-1, -0.5, 0.2, 0.3);
    const expected = new Float64Array(4);
    const value = await objective.gradient(theta, expected);
    const { length: steps } = told;
    const done = (part: string): number[] => told.flatMap((step) => (step.part === part ? [step.done] : []));
    expect(done('backward')).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect([...new Set(done('adjoint'))]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(new Set(told.map(({ of }) => of))).toEqual(new Set([20]));
    expect(steps).toBeGreaterThan(40);
    for (limit = 1; limit < steps; limit++) {
      told.length = 0;
      const elsewhere = theta.map((entry) => entry + limit / 100);
      await expect(objective.gradient(elsewhere, new Float64Array(4))).rejects.toMatchObject({ code: 'cancelled' });
      expect(told).toHaveLength(limit);
      signal.aborted = false;
      told.length = steps;
      const gradient = new Float64Array(4);
      // Not only where it was stopped: there the value may be known already.
      if (limit % 2 === 0) await objective.gradient(elsewhere, gradient);
      expect(await objective.gradient(theta, gradient)).toBe(value);
      expect(gradient).toEqual(expected);
    }
  });

  test('says when its iterations are used up', () => {
    const told: unknown[] = [];
    const onProgress = ({ done, of }: { done: number; of: number }): void => {
      told.push([done, of]);
    };
    const outcome = optimizeControl(problem, { ...options, iterations: 1, onProgress });
    expect([outcome.kind, outcome.reason]).toEqual(['stalled', 'iterations']);
    expect(told).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  test('stops at an aborted signal', () => {
    expect(() => optimizeControl(problem, { ...options, signal: AbortSignal.abort() })).toThrow(/cancelled/);
  });

  const closures = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
  // What the types forbid.
  const loose = <V>(value: unknown): V => value as V;
  test.each([
    ['a model of closures', () => optimizeControl({ ...problem, model: loose(closures) }, options), 'unsupported'],
    ['an unknown parameter', () => optimizeControl({ ...problem, parameters: ['phi'] }, options), 'unknown-symbol'],
    ['no parameter', () => optimizeControl({ ...problem, parameters: [] }, options), 'value'],
    ['one parameter twice', () => optimizeControl({ ...problem, constants: ['theta'] }, options), 'value'],
    ['no class', () => optimizeControl({ ...problem, classes: [] } as never, options), 'shape'],
    ['an unknown shape', () => optimizeControl(problem, { ...options, control: loose('cubic') }), 'value'],
    ['an unknown method', () => optimizeControl(problem, { ...options, method: loose('newton') }), 'value'],
    ['no intervals', () => optimizeControl(problem, { ...options, intervals: 0 }), 'value'],
    ['time in the cost', () => optimizeControl({ ...problem, running: 't*x' }, options), 'unsupported'],
    ['crossed bounds', () => optimizeControl(problem, { ...options, bounds: { lower: 1, upper: 0 } }), 'value'],
    ['bounds of another shape', () => optimizeControl(problem, { ...options, bounds: { lower: [1, 2] } }), 'shape'],
    ['a start of another shape', () => optimizeControl(problem, { ...options, start: [1, 2] }), 'shape'],
    [
      'a stepping with memory',
      () => optimizeControl(problem, { ...options, stepping: bdf2({ steps: 30 }) }),
      'unsupported',
    ],
    ['fitted differences', () => optimizeControl(problem, { ...options, drift: 'exponential' }), 'unsupported'],
    [
      'a control in the value on a side',
      () => optimizeControl(problem, { ...options, boundary: { kind: 'dirichlet', value: 'theta*x' } }),
      'unknown-symbol',
    ],
    [
      'a slope on a side',
      () => optimizeControl(problem, { ...options, boundary: { kind: 'neumann', slope: 1 } }),
      'unsupported',
    ],
  ])('refuses %s', (_, act, code) => {
    expect(caught(act).code).toBe(code);
  });
});
