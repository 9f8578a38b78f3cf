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

describe('numbers that JSON cannot write', () => {
  const empty = async (): Promise<string> => json(await weakOrder({ chain, expected: 1, ...common }));

  test('are objects of one field, in any place', async () => {
    const text = await empty();
    expect(text).toMatch(/^\{\n {2}"format": "weak-limit\/study 1",\n/);
    expect(text.endsWith('}\n')).toBe(true);
    const study = parseStudy(text) as OrderStudy;
    const slopes = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1.5];
    const strange = { ...study, pathsNeeded: -0, fit: { ...study.fit, localSlopes: slopes } };
    const written = json(strange);
    for (const word of ['NaN', 'Infinity', '-Infinity', '-0']) expect(written).toContain(`"$number": "${word}"`);
    expect(written.match(/\$number/g)).toHaveLength(5);
    const read = parseStudy(written) as OrderStudy;
    expect(read.fit.localSlopes.map((slope) => Object.is(slope, -0))).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(read.fit.localSlopes).toEqual(slopes);
    expect(Object.is(read.pathsNeeded, -0)).toBe(true);
  });

  test.each([
    ['{ "$number": "nan" }', /\$number: one of NaN, Infinity, -Infinity, -0/],
    ['{ "$number": 3 }', /\$number/],
    ['{ "$number": "toString" }', /\$number/],
    ['{ "$number": "NaN", "more": 1 }', /\$number/],
    ['"NaN"', /./],
  ])('refuses %s, and says where', async (value, message) => {
    const text = (await empty()).replace(/"truth": [\d.]+/, `"truth": ${value}`);
    expect(() => parseStudy(text)).toThrowError(SdeError);
    expect(() => parseStudy(text)).toThrowError(message);
    expect(() => parseStudy(text)).toThrowError(/truth/);
    const inside = (await empty()).replace(/"localSlopes": \[\s*[-\d.e]+/, `"localSlopes": [ ${value}`);
    expect(() => parseStudy(inside)).toThrowError(/localSlopes/);
  });
});

describe('a text that is no whole study', () => {
  test('is refused by what is wrong with it', async () => {
    const study = await weakOrder({ chain, expected: 1, ...common });
    const text = json(study);
    const edited = (edit: (fields: Record<string, unknown>) => void): string => {
      const fields = JSON.parse(text) as Record<string, unknown>;
      edit(fields);
      return JSON.stringify(fields);
    };
    for (const [wrong, message] of [
      [
        edited((f) => {
          f.format = 'weak-limit/study 2';
        }),
        /format 'weak-limit\/study 1'[\s\S]*study 2/,
      ],
      [
        edited((f) => {
          delete f.format;
        }),
        /format/,
      ],
      [
        edited((f) => {
          f.kind = 'toString';
        }),
        /kind order-study, strong-order-study, work-precision-study/,
      ],
      [
        edited((f) => {
          f.kind = 3;
        }),
        /kind order-study/,
      ],
      [
        edited((f) => {
          f.kind = 'strong-order-study';
        }),
        /not a whole study/,
      ],
      [
        edited((f) => {
          delete f.levels;
        }),
        /not a whole study[\s\S]*levels/,
      ],
      [
        edited((f) => {
          f.levels = [];
        }),
        /levels/,
      ],
      [
        edited((f) => {
          f.more = 1;
        }),
        /more/,
      ],
      [
        edited((f) => {
          f.verdict = 'decided';
        }),
        /verdict/,
      ],
    ] as const) {
      expect(() => parseStudy(wrong)).toThrowError(expect.objectContaining({ code: 'data' }));
      expect(() => parseStudy(wrong)).toThrowError(message);
    }
    expect(() => json({ ...study, more: 1 } as never)).toThrow(/json\(study\)/);
    expect(() => json({ kind: 'study' } as never)).toThrow(/order-study, strong-order-study, work-precision-study/);
  });
});
