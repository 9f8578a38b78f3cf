import {
  coupled,
  discretize,
  eulerMaruyama,
  geometricBrownianMotion,
  inline,
  json,
  key,
  type OrderStudy,
  parseStudy,
  platen,
  problem,
  rerun,
  SdeError,
  type StrongOrderStudy,
  strongOrder,
  terminal,
  weakOrder,
  workPrecision,
} from 'sde-core';
import { markdown } from 'sde-plots';
import { describe, expect, test } from 'vitest';

const on = problem({ model: geometricBrownianMotion({ mu: 1, sigma: 0.5 }), x0: [1], T: 1 });
const chain = (steps: number) => discretize(on, eulerMaruyama, steps);
const backend = inline();
const sampled = { kind: 'sampled', paths: 600, key: key('study'), backend } as const;
const common = { functional: terminal('max(x - 1, 0)'), truth: 1.7, steps: [2, 4, 8], method: sampled };

describe('json', () => {
  test('a weak order comes back to the last bit, and each level can be run again', async () => {
    const study = await weakOrder({ chain, expected: 1, ...common });
    const read = parseStudy(json(study)) as OrderStudy;
    expect(read).toEqual(study);
    expect(markdown(read)).toBe(markdown(study));
    for (const { steps, provenance, value, standardError } of read.levels) {
      const again = provenance && (await rerun(provenance, chain(steps), { backend }));
      expect([again?.mean, again?.standardError]).toEqual([value, standardError]);
    }
  });

  test('so does a strong order, whose functional is a formula', async () => {
    const study = await strongOrder({
      problem: on,
      scheme: eulerMaruyama,
      steps: [2, 4, 8],
      paths: 600,
      key: key(1),
      backend,
    });
    const read = parseStudy(json(study)) as StrongOrderStudy;
    expect(read).toEqual(study);
    for (const { steps, provenance, error } of read.levels) {
      const again = provenance && (await rerun(provenance, coupled(on, eulerMaruyama, { steps }), { backend }));
      expect(again?.mean).toBe(error);
    }
  });

  test('so does a comparison; numbers that are not finite too', async () => {
    const study = await workPrecision({
      candidates: [
        { name: 'Euler', chain, expected: 1 },
        { name: 'Platen', chain: (steps) => discretize(on, platen, steps), expected: 2 },
      ],
      tolerance: 0.1,
      ...common,
    });
    expect(parseStudy(json(study))).toEqual(study);
    // An error that changes its sign has a slope that is no number.
    const turned = await weakOrder({ chain, expected: 1, ...common, method: { ...sampled, paths: 40 }, truth: 1.72 });
    const strange = { ...turned, fit: { ...turned.fit, localSlopes: [Number.NaN, Number.NEGATIVE_INFINITY] } };
    expect(parseStudy(json(strange))).toEqual(strange);
  });

  test.each(['{', 'null', '3', '{"kind":"depth-study"}', '[]'])('refuses %s', (text) => {
    expect(() => parseStudy(text)).toThrowError(SdeError);
    expect(() => parseStudy(text)).toThrowError(/not a study/);
  });
});
