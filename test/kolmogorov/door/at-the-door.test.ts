import * as kolmogorov from 'kolmogorov';
import { model as closures, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { DOORS, type Door } from './doors.js';

/** What is not what was asked for. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  'nonsense',
  '',
  Number.NaN,
  -1,
  1.5,
  Number.POSITIVE_INFINITY,
  {},
  [],
  () => {},
  true,
];

type Path = readonly (string | number)[];

/** Plain objects and arrays are looked into; what functions made is one thing. */
const plain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) ||
    (Object.getPrototypeOf(value) === Object.prototype &&
      !Object.isFrozen(value) &&
      !('parts' in value) &&
      !('prepare' in value)));

/** Every place in the arguments: each argument, and each field of each plain object in it. */
function places(value: unknown, path: Path = []): Path[] {
  const here = path.length > 0 ? [path] : [];
  if (!plain(value)) return here;
  return [...here, ...Object.keys(value).flatMap((key) => places(value[key], [...path, key]))];
}

/** The same with something else at one place. */
function put(value: unknown, [key, ...rest]: Path, what: unknown): unknown {
  if (key === undefined) return what;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = put(copy[key], rest, what);
  return copy;
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inside, key) => (inside as Record<string | number, unknown>)[key], value);

/** Numbers in a result that are none. */
function wrongNumbers(result: unknown): boolean {
  if (typeof result === 'number') return !Number.isFinite(result);
  if (typeof result !== 'object' || result === null) return false;
  if ('value' in result && typeof result.value === 'object') return wrongNumbers(result.value);
  if ('density' in result) return wrongNumbers(result.density);
  const { slice, times } = result as { slice?: (t: number) => { data: Float64Array }; times?: Float64Array };
  return slice && times ? slice(times[0]).data.some((value) => !Number.isFinite(value)) : false;
}

interface Call {
  readonly words: string;
  readonly outcome: string;
  readonly where?: string;
}

async function call({ name, call: function_ }: Door, given: readonly unknown[], words: string): Promise<Call> {
  try {
    const result = await function_(...given);
    return { words, outcome: wrongNumbers(result) ? 'a result that is no number' : 'a result' };
  } catch (error) {
    if (!(error instanceof SdeError))
      return { words, outcome: `${(error as Error).name}: ${(error as Error).message}` };
    const { where } = error.details;
    return { words, outcome: where.startsWith(name) ? 'refused' : 'refused under another name', where };
  }
}

describe('every door refuses what is wrong, under its own name, or gives a right result', () => {
  test('all functions of the package are tried', () => {
    const functions = Object.entries(kolmogorov).flatMap(([name, value]) =>
      typeof value === 'function' ? [name] : [],
    );
    expect([...new Set(DOORS.map(({ name }) => name))].sort()).toEqual(functions.sort());
  });

  test.each(DOORS.map((door) => [door.name, door] as const))('%s', async (name, door) => {
    expect((await call(door, door.given, name)).outcome).toBe('a result');
    const found: Call[] = [];
    for (const path of places(door.given)) {
      for (const what of WRONG) {
        const words = `${name}: ${path.join('.')} = ${typeof what === 'object' ? JSON.stringify(what) : String(what)}`;
        found.push(await call(door, put(door.given, path, what) as unknown[], words));
      }
    }
    const bad = found.filter(({ outcome }) => outcome !== 'refused' && outcome !== 'a result');
    expect(bad).toEqual([]);
  });
});

describe('every options object refuses a key that is not known', () => {
  test.each(DOORS.map((door) => [door.name, door] as const))('%s', async (_, door) => {
    // The names that parameters and controls have are the caller's.
    const named = new Set(['parameters', 'controls']);
    const objects = places(door.given).filter((path) => {
      const value = at(door.given, path);
      if (path.length === 1 && door.made?.includes(Number(path[0]))) return false;
      return plain(value) && !Array.isArray(value) && !named.has(String(path[path.length - 1]));
    });
    for (const path of objects) {
      const known = Object.keys(at(door.given, path) as object);
      for (const key of ['nonsense', ...known.map((word) => `${word.slice(0, 1)}${word.slice(2)}`)]) {
        if (known.includes(key) || key.length < 2) continue;
        const words = `${path.join('.')}.${key}`;
        const { outcome } = await call(door, put(door.given, [...path, key], 1) as unknown[], words);
        expect([words, outcome]).toEqual([words, 'refused']);
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
