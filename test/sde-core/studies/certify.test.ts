import {
  certificateTable,
  certify,
  defineScheme,
  eulerMaruyama,
  milstein,
  platen,
  type Scheme,
  sra1,
  symbolic,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

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

  it('does not decide where a step has too many outcomes', () => {
    const many: Scheme = defineScheme({
      ...platen,
      name: 'many',
      driver: { increments: 'three-point', auxiliary: () => Array.from({ length: 12 }, () => 'three-point' as const) },
    });
    const certificate = certify(many, { models });
    expect(certificate.verdict).toBe('inconclusive');
    expect(certificate.reason).toMatch(/more outcomes/);
  });
});
