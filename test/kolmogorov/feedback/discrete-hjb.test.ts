import { controlled, type HjbProblem, implicitEuler, solveErgodicHJB, solveHJB, uniform } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';

const plane = controlled({
  state: ['x', 'y'],
  control: ['a', 'b'],
  drift: ['b - x', '-y'],
  diffusion: [
    ['a', '0.3'],
    ['1', '0'],
  ],
});
const problem = { model: plane, running: 'a^2 + b^2 + cos(x)*cos(y)', controls: { a: { lower: -1, upper: 1 }, b: {} } };
const settings = { grid: [uniform(-2, 2, 9), uniform(-2, 2, 9)], boundary: { kind: 'reflecting' } } as const;
const stepping = implicitEuler({ steps: 2 });
// What the types forbid.
const loose = <V>(value: unknown): V => value as V;

const refusal = (act: () => unknown): SdeError => {
  try {
    act();
  } catch (caught) {
    if (caught instanceof SdeError) return caught;
  }
  throw new Error('nothing refused');
};

describe.each([
  [
    'solveHJB',
    (given: Partial<HjbProblem>, diffusion: string) =>
      solveHJB({ ...problem, T: 0.2, ...given }, { ...settings, stepping, diffusion: loose(diffusion) }),
  ],
  [
    'solveErgodicHJB',
    (given: Partial<HjbProblem>, diffusion: string) =>
      solveErgodicHJB({ ...problem, ...given }, { ...settings, diffusion: loose(diffusion) }),
  ],
] as const)('how second derivatives are taken in %s', (where, solve) => {
  test('wide differences go with controls of the drift without end, and of the diffusion with ends', () => {
    const outcome = solve({}, 'wide');
    expect(outcome.kind).toBe('converged');
    expect(outcome.matrices.mMatrix).toBe(true);
    expect(solve({}, 'central').matrices.mMatrix).toBe(false);
  });

  test.each<[string, Partial<HjbProblem>, string, string, RegExp]>([
    ['no way at all', {}, 'wider', 'value', /'central', 'directional' or 'wide'/],
    ['directional ones', {}, 'directional', 'unsupported', /'central' or 'wide'/],
    [
      'wide ones for a control of σ in an interval without end',
      { controls: { a: { lower: 0 }, b: {} } },
      'wide',
      'unsupported',
      /controls \}\)\.a.*finite lower and upper/s,
    ],
  ])('refuses %s', (_, given, diffusion, code, text) => {
    const error = refusal(() => solve(given, diffusion));
    expect(error.code).toBe(code);
    expect(error.message).toContain(where);
    expect(error.message).toMatch(text);
  });
});

test('in one dimension all ways are one', () => {
  const line = controlled({ state: ['x'], control: ['a'], drift: ['-x'], diffusion: [['a']] });
  const solve = (diffusion: 'central' | 'directional' | 'wide'): Float64Array => {
    const outcome = solveHJB(
      { model: line, T: 0.5, terminal: 'cos(2*x)', running: 'a^2/4', controls: { a: { lower: 0, upper: 1 } } },
      { grid: [uniform(-2, 2, 21)], boundary: { kind: 'reflecting' }, stepping, diffusion },
    );
    return outcome.value.slice(0).data;
  };
  const central = solve('central');
  expect(solve('wide')).toEqual(central);
  expect(solve('directional')).toEqual(central);
});
