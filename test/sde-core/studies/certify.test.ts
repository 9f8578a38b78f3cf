import {
  certificateModels,
  certificateTable,
  certify,
  certifyAsync,
  defineScheme,
  eulerMaruyama,
  milstein,
  platen,
  type Scheme,
  sra1,
  symbolic,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { printMoment, printOrder } from '#sde-core/studies/certificate';

const line = symbolic({ state: ['x'], drift: '0.7 * x - 0.2 * x^3', diffusion: '0.5 * x' });
const models = [{ name: 'mine', model: line, t0: 0, points: [[0.8]] }];

describe('certify', () => {
  it('says on which models it measured what', () => {
    const certificate = certify(milstein, { models });
    expect(certificate).toMatchObject({
      scheme: 'Milstein',
      calculus: 'ito',
      declared: 1,
      declaredStrong: 1,
      verdict: 'confirmed',
    });
    expect(certificate.rows).toHaveLength(1);
    expect(certificate.rows[0]).toMatchObject({ model: 'mine', noise: 'scalar', dimension: 1, noiseDimension: 1 });
    expect(certificate.rows[0].strong).toBeCloseTo(1, 1);
    expect(certificateTable(certificate)).toBe(
      [
        '**Milstein** (Itô, weak order 1, strong order 1): confirmed. The lowest order on 1 model is 1.00, strong 1.00.',
        '',
        '| model | noise | d | m | E X | E X X | all moments | worst | strong | verdict |',
        '|---|---|---|---|---|---|---|---|---|---|',
        '| mine | scalar | 1 | 1 | 1.00 | 1.00 | 1.00 | E[Δx1²] | 1.00 | confirmed |',
      ].join('\n'),
    );
  });

  it('refutes a strong order that is declared too high', () => {
    const proud: Scheme = defineScheme({ ...eulerMaruyama, name: 'proud', order: { weak: 1, strong: 1, ode: 1 } });
    const certificate = certify(proud, { models });
    expect(certificate.verdict).toBe('refuted');
    expect(certificate.reason).toBe("Strong order 0.50, not 1, on 'mine'.");
    // Additive noise is where Euler–Maruyama has strong order 1.
    const additive = symbolic({ state: ['x'], drift: 'x - x^3', diffusion: '0.6' });
    expect(certify(proud, { models: [{ ...models[0], model: additive }] }).verdict).toBe('confirmed');
  });

  it('takes a declared order as a lower bound, and says what it measured', () => {
    const modest: Scheme = defineScheme({ ...platen, name: 'modest', order: { weak: 1, strong: null, ode: 2 } });
    const certificate = certify(modest, { models });
    expect(certificate.verdict).toBe('confirmed');
    // Slopes extrapolated from h ≤ 1/64 are within h of their limit.
    expect(Math.abs(certificate.measured - 2)).toBeLessThan(1 / 64);
    expect(certificate.reason).toMatch(/^The lowest order on 1 model is 2\.00; the declared 1 is a lower bound\.$/);
  });

  it('is exact where a scheme is', () => {
    // X = x e^(μh) is not what Platen computes, but its moments of additive noise without drift are.
    const walk = symbolic({ state: ['x'], drift: '0.5', diffusion: '0.6' });
    const certificate = certify(platen, { models: [{ ...models[0], model: walk }] });
    expect(certificate.measured).toBe(Number.POSITIVE_INFINITY);
    expect(certificateTable(certificate)).toContain('| exact | exact | exact |');
  });

  it('refuses what it cannot measure', () => {
    const third: Scheme = defineScheme({ ...platen, name: 'third', order: { weak: 3, strong: null, ode: 3 } });
    expect(() => certify(third)).toThrow(/weak order of at most 2/);
    expect(() => certify(sra1, { models })).toThrow(/additive/);
    const root = symbolic({ state: ['x'], drift: 'sqrt(x)', diffusion: '1' });
    expect(() => certify(platen, { models: [{ ...models[0], model: root }] })).toThrow(/polynomials/);
  });

  it('measures a declared order as far as a quarter above what there is, the weak and the strong one', () => {
    const declaring = (weak: number, strong: number | null) =>
      certify(defineScheme({ ...milstein, name: 'declaring', order: { weak, strong, ode: 1 } }), { models });
    for (const [weak, strong] of [
      [1, 1],
      [1.2, 1],
      [1, 1.2],
      [0.5, 0.5],
    ])
      expect(declaring(weak, strong).verdict).toBe('confirmed');
    const weakly = declaring(1.3, 1);
    expect(weakly.verdict).toBe('refuted');
    expect(weakly.reason).toMatch(/^Order 1\.00, not 1\.3, in E\[Δx1.*\] on 'mine'\.$/);
    expect(weakly.failure).toBe(weakly.rows[0]);
    const strongly = declaring(1, 1.3);
    expect(strongly.verdict).toBe('refuted');
    expect(strongly.reason).toBe("Strong order 1.00, not 1.3, on 'mine'.");
    expect(strongly.declaredStrong).toBe(1.3);
    const modest = declaring(0.7, null);
    expect(modest.reason).toBe('The lowest order on 1 model is 1.00; the declared 0.7 is a lower bound.');
    expect(declaring(0.8, null).reason).toBe('The lowest order on 1 model is 1.00.');
    expect('measuredStrong' in modest).toBe(false);
    expect('strong' in modest.rows[0]).toBe(false);
  });

  it('does not decide where the last two extrapolated slopes are on both sides of the bound', () => {
    // A first moment that is off by h² + κ h^1.5 falls from order 1 to ½: at h ≤ 1/2048 and one halving before, the extrapolations are
    // 0.734 and 0.779 for κ = 0.0214, and both below or above ¾ for others.
    const slow = (kappa: number) =>
      certify(
        defineScheme({
          ...eulerMaruyama,
          name: 'slow',
          order: { weak: 1, strong: null, ode: 1 },
          step({ algebra: { add, multiply, constant }, h, sqrtH, y, dW }) {
            const off = add(multiply(h, h), multiply(constant(kappa), multiply(h, sqrtH)));
            return [add(y[0], add(dW[0], off))];
          },
        }),
        { models: [{ ...models[0], name: 'walk', model: symbolic({ state: ['x'], drift: '0', diffusion: '1' }) }] },
      );
    expect(slow(0.0214)).toMatchObject({ verdict: 'inconclusive', reason: "A slope has not settled on 'walk'." });
    expect(slow(0.0214).failure).toBeUndefined();
    expect(slow(0.015).verdict).toBe('confirmed');
    expect(slow(0.03)).toMatchObject({ verdict: 'refuted', reason: expect.stringContaining("in E[Δx1] on 'walk'") });
  });

  it('takes the lowest orders over models, and says which model fails first', () => {
    const additive = symbolic({ state: ['x'], drift: 'x - x^3', diffusion: '0.6' });
    const two = [
      { ...models[0], name: 'first', model: additive },
      { ...models[0], name: 'second' },
      { ...models[0], name: 'third' },
    ];
    const proud: Scheme = defineScheme({ ...eulerMaruyama, name: 'proud', order: { weak: 1, strong: 1, ode: 1 } });
    const certificate = certify(proud, { models: two });
    expect(certificate.rows.map(({ verdict }) => verdict)).toEqual(['confirmed', 'refuted', 'refuted']);
    expect(certificate.reason).toContain("on 'second'");
    expect(certificate.failure?.model).toBe('second');
    expect(certificate.measuredStrong).toBeCloseTo(0.5, 1);
    expect(certificate.rows[0].strong).toBeCloseTo(1, 1);
    expect(certificate.measured).toBe(Math.min(...certificate.rows.map(({ all }) => all)));
    expect(Object.isFrozen(certificate)).toBe(true);
    const fine = certify(eulerMaruyama, { models: two });
    expect(fine).toMatchObject({ verdict: 'confirmed', declared: 1, declaredStrong: 0.5 });
    expect(fine.reason).toMatch(/^The lowest order on 3 models is 1\.00, strong 0\.5\d?\.$/);
    expect(fine.failure).toBeUndefined();
  });

  it('adds errors over all points, so that no zero of one hides an order', () => {
    // Euler's first local errors are of b b′ and more: nothing is seen where b and σ vanish.
    const zero = certify(eulerMaruyama, { models: [{ ...models[0], points: [[0]] }] });
    expect(zero.measured).toBe(Number.POSITIVE_INFINITY);
    for (const points of [
      [[0], [0.8]],
      [[0.8], [0]],
    ])
      expect(certify(eulerMaruyama, { models: [{ ...models[0], points }] }).measured).toBeCloseTo(1, 1);
  });

  it('measures on models of its own calculus whose noise it is for', () => {
    const other = symbolic({ state: ['x'], drift: '0.7 * x', diffusion: '0.5 * x', calculus: 'stratonovich' });
    const both = [{ ...models[0], name: 'other', model: other }, models[0]];
    expect(certify(milstein, { models: both }).rows.map(({ model }) => model)).toEqual(['mine']);
    expect(() => certify(milstein, { models: both.slice(0, 1) })).toThrow(/no model to measure/);
    expect(certify(sra1).rows.every(({ noise }) => noise === 'additive')).toBe(true);
  });

  it('tells of every model in turns, and ends with its signal', async () => {
    const seen: number[] = [];
    const two = [models[0], { ...models[0], name: 'again' }];
    const certificate = await certifyAsync(milstein, {
      models: two,
      onProgress: ({ done, of }: { done: number; of?: number }) => seen.push(done, of ?? 0),
    });
    expect(certificate).toEqual(certify(milstein, { models: two }));
    expect(seen).toEqual([1, 2, 2, 2]);
    await expect(certifyAsync(milstein, { models, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(() => certify(milstein, { models, signal: new AbortController().signal } as never)).toThrow(/certifyAsync/);
    expect(() => certify(milstein, { models, onProgress: () => {} } as never)).toThrow(/certify\(scheme, options\)/);
    for (const wrong of [[], [{ ...models[0], points: [] }], [{ ...models[0], t0: Number.NaN }], [{ model: line }]])
      expect(() => certify(milstein, { models: wrong as never })).toThrow(/models/);
  });

  it('does not decide where a step has too many outcomes', () => {
    const many: Scheme = defineScheme({
      ...platen,
      name: 'many',
      driver: { increments: 'three-point', auxiliary: () => Array.from({ length: 12 }, () => 'three-point' as const) },
    });
    const certificate = certify(many, { models });
    expect(certificate.verdict).toBe('inconclusive');
    expect(certificate.reason).toBe("On 'mine' a step has more outcomes than can be summed.");
    expect(certificate.rows[0]).toMatchObject({ first: Number.NaN, second: Number.NaN, all: Number.NaN, worst: [1] });
    expect(certificateTable(certificate)).toContain('| – | – | – | – | – | inconclusive |');
  });
});

describe('a certificate in print', () => {
  it.each([
    [1, '1.00'],
    [0.996, '1.00'],
    [-0.001, '0.00'],
    [-1.5, '-1.50'],
    [Number.POSITIVE_INFINITY, 'exact'],
    [Number.NaN, '–'],
    [null, '–'],
    [undefined, '–'],
  ])('an order %s', (order, text) => {
    expect(printOrder(order)).toBe(text);
  });

  it('a moment', () => {
    expect(printMoment([2, 0, 1])).toBe('E[Δx1² Δx3]');
    expect(printMoment([0, 3, 4, 5, 6, 7])).toBe('E[Δx2³ Δx3⁴ Δx4⁵ Δx5⁶ Δx6⁷]');
  });

  it('a table', () => {
    const row = {
      model: 'm',
      noise: 'general' as const,
      dimension: 2,
      noiseDimension: 3,
      first: 2,
      second: 1.5,
      all: 1,
      worst: [1, 1],
      verdict: 'refuted' as const,
    };
    const certificate = {
      scheme: 'S',
      citation: 'kloeden1992',
      calculus: 'stratonovich' as const,
      declared: 2,
      measured: 1,
      declaredStrong: null,
      verdict: 'refuted' as const,
      reason: 'Why.',
      rows: [row, { ...row, all: Number.POSITIVE_INFINITY, strong: 0.5, verdict: 'confirmed' as const }],
    };
    expect(certificateTable(certificate).split('\n')).toEqual([
      '**S** (Stratonovich, weak order 2): refuted. Why.',
      '',
      '| model | noise | d | m | E X | E X X | all moments | worst | strong | verdict |',
      '|---|---|---|---|---|---|---|---|---|---|',
      '| m | general | 2 | 3 | 2.00 | 1.50 | 1.00 | E[Δx1 Δx2] | – | refuted |',
      '| m | general | 2 | 3 | 2.00 | 1.50 | exact | – | 0.50 | confirmed |',
    ]);
    for (const wrong of [
      null,
      {},
      { ...certificate, rows: 3 },
      { ...certificate, declaredStrong: 'x' },
      { ...certificate, extra: 1 },
      { ...certificate, verdict: 'decided' },
    ])
      expect(() => certificateTable(wrong as never)).toThrow(/not a certificate/);
    expect(() => certificateTable({ ...certificate, rows: [], declaredStrong: 1.5 })).not.toThrow();
  });

  it('the models of certificates are moving ones, and no start is a special point', () => {
    for (const { model, points, t0 } of certificateModels('ito')) {
      expect(t0).toBeGreaterThan(0);
      expect(points.length).toBeGreaterThan(1);
      for (const point of points) {
        expect(point).toHaveLength(model.dimension);
        expect(point.every((value) => Math.abs(value) > 0.1)).toBe(true);
      }
    }
  });
});
