import * as kolmogorov from 'kolmogorov';
import { model as closures, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { at, type Counts, faultsOf, outcomeOf, places, put } from '../../conformance/wrong-values.js';
import { DOORS, METHODS, RESULTS, written } from './doors.js';

const counts: Counts = { calls: 0, refused: 0, results: 0, own: 0, raw: 0 };

describe('every door refuses what is wrong, under its own name, or gives a right result', () => {
  test('all functions of the package are tried, and no value is left out', () => {
    const values = Object.entries(kolmogorov).map(([name, value]) => [name, typeof value]);
    expect(values.filter(([, kind]) => kind !== 'function')).toEqual([]);
    expect([...new Set(DOORS.map(({ name }) => name))].sort()).toEqual(values.map(([name]) => name).sort());
  });

  test('all functions that results have are tried', () => {
    const named = new Set(METHODS.map(({ method }) => method));
    const found = RESULTS.flatMap(([name, result]) =>
      Object.entries(result).flatMap(([key, value]) => (typeof value === 'function' ? [`${name}.${key}`] : [])),
    );
    expect([...named].sort()).toEqual(found.sort());
  });

  test.each([...DOORS, ...METHODS].map((door) => [`${door.name} ${door.method ?? ''}`, door] as const))(
    '%s',
    async (_, door) => {
      const right = await outcomeOf(() => door.call(...door.given), door.name);
      expect([right.kind, right.fault]).toEqual(['result', undefined]);
      expect(await faultsOf(door, written, counts)).toEqual([]);
    },
  );

  test('in counts', () => {
    expect(counts.raw).toBe(0);
    expect(counts.calls).toBe(counts.refused + counts.results + counts.own);
    expect(counts).toMatchInlineSnapshot(`
      {
        "calls": 38563,
        "own": 1005,
        "raw": 0,
        "refused": 35829,
        "results": 1729,
      }
    `);
  });
});

describe('every options object refuses a key that is not known', () => {
  test.each(DOORS.map((door) => [door.name, door] as const))('%s', async (_, door) => {
    // The names that parameters and controls have are the caller's.
    const named = new Set(['parameters', 'controls']);
    const objects = places(door.given, written).filter((path) => {
      const value = at(door.given, path);
      if (path.length === 1 && door.made?.includes(Number(path[0]))) return false;
      return (
        typeof value === 'object' &&
        value !== null &&
        written(value) &&
        !Array.isArray(value) &&
        !named.has(String(path[path.length - 1]))
      );
    });
    for (const path of objects) {
      const known = Object.keys(at(door.given, path) as object);
      for (const key of ['nonsense', ...known.map((word) => `${word.slice(0, 1)}${word.slice(2)}`)]) {
        if (known.includes(key) || key.length < 2) continue;
        const words = `${path.join('.')}.${key}`;
        const spoiled = put(door.given, [...path, key], 1) as unknown[];
        const { kind } = await outcomeOf(() => door.call(...spoiled), door.name);
        expect([words, kind]).toEqual([words, 'refused']);
      }
    }
  });
});

describe('what misled is refused, and says where', () => {
  const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
  const grid = [kolmogorov.uniform(-2, 2, 21)];
  const stepping = kolmogorov.crankNicolson({ steps: 4 });
  const refusal = (work: () => unknown): { where: string; remedy: string; what: string; got: string } => {
    try {
      work();
    } catch (error) {
      if (error instanceof SdeError) return error.details;
      throw error;
    }
    throw new Error('nothing was refused');
  };
  const solve = (problem: object, options: object = {}) =>
    refusal(() =>
      kolmogorov.solveKolmogorov({ model, T: 1, terminal: 'x', ...problem }, { grid, stepping, ...options }),
    );

  test('a misspelled option names the one that was meant', () => {
    expect(solve({}, { boundry: { kind: 'reflecting' } }).remedy).toBe('write boundary');
    expect(solve({ kiling: 0.05 }).remedy).toBe('write killing');
    expect(solve({ discount: 0.05 }).remedy).toBe('write killing');
    expect(solve({}, { boundary: { kind: 'dirichlet', value: 0, slope: 1 } }).what).toContain('not known');
    const steered = kolmogorov.controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['1']] });
    const problem = { model: steered, T: 1, controls: { a: [0, 1] } };
    const options = { grid, stepping: kolmogorov.implicitEuler({ steps: 2 }) };
    expect(refusal(() => kolmogorov.solveHJB({ ...problem, cost: 'x' } as never, options)).remedy).toBe(
      'write running',
    );
    const both = { ...problem, killing: 0.1, discount: 0.1 };
    expect(refusal(() => kolmogorov.solveHJB(both, options)).where).toBe('solveHJB({ killing, discount })');
    const old = kolmogorov.solveHJB({ ...problem, running: 'x^2', discount: 0.1 }, options);
    const now = kolmogorov.solveHJB({ ...problem, running: 'x^2', killing: 0.1 }, options);
    expect(old.value.slice(0).data).toEqual(now.value.slice(0).data);
    const misspelled = { grid, stepping, avraging: 4 } as never;
    expect(refusal(() => kolmogorov.solveFokkerPlanck({ model, T: 1, initial: [0] }, misspelled)).remedy).toBe(
      'write averaging',
    );
    const weighted = { points: [[0], [1]], weights: [0.5, -0.5] };
    expect(
      refusal(() => kolmogorov.solveFokkerPlanck({ model, T: 1, initial: weighted }, { grid, stepping })).what,
    ).toBe('a weight that is no mass');
    const unweighted = { points: [[0]], masses: [1] } as never;
    expect(
      refusal(() => kolmogorov.solveFokkerPlanck({ model, T: 1, initial: unweighted }, { grid, stepping })).remedy,
    ).toBe('write weights');
  });

  test('an input that is not finite is named, with the node', () => {
    const source = (_: number, x: Float64Array): number => (x[0] > 1.1 ? Number.NaN : 0);
    expect(solve({ source }).where).toBe('solveKolmogorov({ source }), t = 0.875, x = (1.2000000000000002)');
    expect(solve({ source }).what).toBe('the source is not finite on the grid');
    expect(solve({ killing: 'log(x)' }).where).toContain('solveKolmogorov({ killing }), t = 0.9375, x = (-2)');
    expect(solve({ source: '1/0' }).where).toContain('solveKolmogorov({ source })');
    const boundary = { kind: 'dirichlet', value: 'sqrt(x)' };
    expect(solve({}, { boundary }).where).toContain('solveKolmogorov(…, { boundary })');
    const wild = symbolic({ state: ['x'], drift: ['t/x'], diffusion: [['1']] });
    expect(solve({ model: wild }, { grid: [kolmogorov.uniform(0, 1, 5)] }).where).toContain(
      'solveKolmogorov({ model })',
    );
    const law = { model: wild, T: 1, initial: [0.5] };
    const odd = { grid: [kolmogorov.uniform(0, 1, 5)], stepping };
    expect(refusal(() => kolmogorov.solveFokkerPlanck(law, odd)).where).toContain('solveFokkerPlanck({ model })');
  });

  test('the function that was called is the one that is named', () => {
    const closures = { ...model, calculus: 'stratonovich', diffusionJacobian: undefined } as never;
    const problem = { model: closures, T: 1, terminal: 'x', obstacle: 'x' };
    expect(refusal(() => kolmogorov.solveObstacle(problem, { grid, stepping })).where).toBe('solveObstacle({ model })');
    const law = { model: closures, T: 1, initial: [0] };
    expect(refusal(() => kolmogorov.solveFokkerPlanck(law, { grid, stepping })).where).toBe(
      'solveFokkerPlanck({ model })',
    );
    const choice = { model, parameters: ['a'], T: 1, terminal: 'x', initial: [0] };
    const options = { grid, stepping, intervals: 2 };
    expect(refusal(() => kolmogorov.controlObjective(choice, options)).where).toMatch(/^controlObjective\(/);
    expect(refusal(() => kolmogorov.optimizeControl(choice, options)).where).toMatch(/^optimizeControl\(/);
  });

  test('a stationary problem of what moves in time is refused, whatever moves', () => {
    const space = { grid, boundary: { kind: 'absorbing' } } as const;
    const moving = (equation: object, options: object = {}) =>
      refusal(() => kolmogorov.solveStationary({ model, ...equation }, { ...space, ...options } as never)).where;
    expect(moving({ source: 't' })).toBe('solveStationary({ source })');
    expect(moving({ killing: '1 + t', source: 1 })).toBe('solveStationary({ killing })');
    expect(moving({ source: (t: number) => t })).toBe('solveStationary({ source })');
    expect(moving({ killing: (t: number, x: Float64Array) => x[0] ** 2 * t })).toBe('solveStationary({ killing })');
    expect(moving({}, { boundary: { kind: 'dirichlet', value: (t: number) => 1 + t } })).toBe(
      'solveStationary(…, { boundary })',
    );
    const drifting = closures({
      dimension: 1,
      noiseDimension: 1,
      drift: (t, _, out) => {
        out[0] = Math.sin(t);
      },
      diffusion: (_, __, out) => {
        out[0] = 1;
      },
    });
    expect(moving({ model: drifting, source: 1 })).toBe('solveStationary({ model })');
    const law = { grid, boundary: { kind: 'reflecting' } } as const;
    expect(refusal(() => kolmogorov.stationaryDensity({ model: drifting }, law)).where).toBe(
      'stationaryDensity({ model })',
    );
  });
});
