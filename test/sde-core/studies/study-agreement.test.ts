import {
  type Certificate,
  certificateModels,
  certify,
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  json,
  key,
  milstein,
  parseStudy,
  problem,
  rerun,
  SdeError,
  type Study,
  strongOrder,
  symbolic,
  terminal,
  weakOrder,
  withDriver,
  workPrecision,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const on = problem({ model: symbolic({ state: ['x'], drift: '-x', diffusion: 'x/2' }), x0: [1], T: 1 });
const coins = withDriver(eulerMaruyama, 'two-point');
const chain = (steps: number) => discretize(on, coins, steps);
const functional = terminal('x^2');
const truth = Math.exp(-1.75);
const backend = inline();
const steps = [2, 4, 8];
const shared = { steps, functional, truth } as const;
const exact = await weakOrder({ ...shared, chain, expected: 1, method: { kind: 'exact' } });
const sampled = await weakOrder({
  ...shared,
  chain,
  expected: 1,
  method: { kind: 'sampled', paths: 64, key: key(1), backend },
});
const strong = await strongOrder({ problem: on, scheme: milstein, steps, paths: 64, key: key(1), backend });
const candidates = [
  { name: 'a', chain, expected: 1 },
  { name: 'b', chain: (n: number) => discretize(on, withDriver(milstein, 'two-point'), n), expected: 1 },
];
const work = await workPrecision({ ...shared, tolerance: 0.1, candidates, method: { kind: 'exact' } });

type Edit = (data: Record<string, never>) => unknown;
const set = (path: string, value: unknown): Edit => {
  const names = path.split('.');
  return (data) => {
    const place = names.slice(0, -1).reduce<Record<string, unknown>>((at, name) => at[name] as never, data);
    place[names.at(-1) ?? ''] = value;
  };
};
/** Each has the shape of a study, and cannot be one. */
const EDITS: readonly (readonly [what: string, study: Study, edit: Edit, place: string])[] = [
  ['a verdict that the fit has not', exact, set('verdict', 'refuted'), 'verdict'],
  ['an exact study that was sampled', sampled, set('method', 'exact'), 'levels[0].standardError'],
  ['an error that is not value less truth', exact, set('levels.1.error', 0.5), 'levels[1].error'],
  ['another truth', exact, set('truth', 0.5), 'levels[0].error'],
  ['levels from fine to coarse', exact, (data) => (data.levels as unknown[]).reverse(), 'levels[1].steps'],
  ['a step that grows', exact, set('levels.2.h', 1), 'levels[2].h'],
  ['a constant of another order', exact, set('fit.constant.order', 2), 'fit.constant.order'],
  ['paths that an exact study needs', exact, set('pathsNeeded', 10), 'pathsNeeded'],
  ['a strong order that is not half the fit’s', strong, set('order', 1), 'order'],
  ['an interval that is not half the fit’s', strong, set('interval.low', -9), 'interval.low'],
  ['a confidence that is not the fit’s', strong, set('interval.level', 0.5), 'interval.level'],
  ['two candidates of one name', work, set('rows.1.name', 'a'), 'rows[1].name'],
  ['a winner that did not run', work, (data) => Object.assign(data, { verdict: 'decided', cheapest: 'c' }), 'cheapest'],
  [
    'a decision without a winner',
    work,
    (data) => Object.assign(data, { verdict: 'decided', cheapest: undefined }),
    'cheapest',
  ],
  ['a row of another truth', work, set('rows.0.study.truth', 0.25), 'rows[0].study.levels[0].error'],
  ['an inner study that does not agree', work, set('rows.1.study.verdict', 'refuted'), 'rows[1].study.verdict'],
  ...[exact, sampled, strong, work].flatMap((study) =>
    ['9.0.0', '0.2.0', '0.1.1', '1', 'x', '', '0.1.0 and more'].map(
      (version) => [`version '${version}'`, study, set('version', version), 'version'] as const,
    ),
  ),
];

describe('a study whose parts do not agree', () => {
  it.each([exact, sampled, strong, work])('is none of these: %#', (study) => {
    expect(json(parseStudy(json(study)))).toBe(json(study));
    for (const version of ['0.0.9', '0.1.0', '0.1.0-beta.1'])
      expect(parseStudy(json({ ...study, version })).version).toBe(version);
  });

  it.each(EDITS)('%s is refused, read or written', (_, study, edit, place) => {
    const data = structuredClone(study) as never;
    edit(data);
    const refused = expect.objectContaining({
      details: expect.objectContaining({ where: expect.stringContaining(place) }),
    });
    const written = json(study);
    // As a text of its own, past json's own door.
    const text = JSON.stringify({ format: JSON.parse(written).format, ...(data as object) }, (_, value) =>
      typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
        ? { $number: Object.is(value, -0) ? '-0' : String(value) }
        : value,
    );
    for (const door of [() => parseStudy(text), () => json(data)]) {
      expect(door).toThrow(SdeError);
      expect(door).toThrow(refused);
    }
  });
});

describe('a provenance of a later version', () => {
  it('is refused by name, and one of an earlier version is not', async () => {
    const { provenance } = await expectation(chain(2), functional, { paths: 8, key: key(1), backend });
    for (const version of ['0.2.0', '1.0.0', '0.1.1-beta']) {
      await expect(rerun({ ...provenance, version } as never, chain(2), { backend })).rejects.toMatchObject({
        code: 'data',
        details: { expected: expect.stringContaining('0.1.0') },
      });
    }
    await expect(rerun({ ...provenance, version: '0.0.1' } as never, chain(2), { backend })).resolves.toBeDefined();
  });
});

describe('what a study is asked for is refused by its own name, before anything is computed', () => {
  const never = (): never => expect.fail('it computes');
  const of = { ...shared, chain: never, expected: 1, method: { kind: 'exact' } } as const;
  const strongly = {
    problem: on,
    scheme: milstein,
    steps,
    paths: 64,
    key: key(1),
    backend,
    onProgress: never,
  } as const;
  const compare = { ...shared, tolerance: 0.1, candidates, method: { kind: 'exact' } } as const;
  const named = (name: string, candidate: object) => ({
    ...compare,
    candidates: [candidates[0], { ...candidates[1], ...candidate }],
    name,
  });
  const WRONG = [Number.NaN, '1', null, 65, Number.POSITIVE_INFINITY];
  it.each(WRONG)('expected: %s', async (expected) => {
    await expect(weakOrder({ ...of, expected } as never)).rejects.toMatchObject({
      details: { where: 'weakOrder({ expected })' },
    });
    await expect(strongOrder({ ...strongly, expected } as never)).rejects.toMatchObject({
      details: { where: 'strongOrder({ expected })' },
    });
    const { name: _, ...options } = named('', { expected, chain: never });
    await expect(workPrecision(options as never)).rejects.toMatchObject({
      details: { where: 'workPrecision({ candidates }): expected' },
    });
  });

  it.each([0, -1, 1.5, '64', null, Number.NaN])('paths: %s', async (paths) => {
    await expect(strongOrder({ ...strongly, paths } as never)).rejects.toMatchObject({
      details: { where: 'strongOrder({ paths })' },
    });
    const method = { kind: 'sampled', paths, key: key(1), backend };
    await expect(weakOrder({ ...of, method } as never)).rejects.toMatchObject({
      details: { where: 'weakOrder({ method: { paths } })' },
    });
  });

  it.each([0, -1, '1', Number.NaN, undefined])('the work of a step: %s', async (cost) => {
    await expect(workPrecision({ ...compare, workPerStep: () => cost } as never)).rejects.toMatchObject({
      details: { where: 'workPrecision({ workPerStep })' },
    });
  });

  it('a calculus that is none, and points that are no states or too far out to be stepped from', () => {
    for (const calculus of ['strat', 'Ito', undefined, 1, {}])
      expect(() => certificateModels(calculus as never)).toThrow(SdeError);
    const [model] = certificateModels('ito');
    for (const wrong of [{ points: [[1e300]] }, { points: [[1, 2, 3, 4, 5]] }, { points: [[]] }, { t0: 1e9 }]) {
      const measured = (): Certificate => certify(eulerMaruyama, { models: [{ ...model, ...wrong }] });
      expect(measured).toThrow(SdeError);
      expect(measured).toThrow(/certify\(scheme, \{ models \}\)/);
    }
  });
});
