import {
  dri1,
  rdi2wm,
  rdi4wm,
  ri1,
  ri5,
  ri6,
  rs1,
  rs2,
  SdeError,
  schemes,
  sra1,
  sra2,
  sra3,
  sriw1,
  sriw2,
  tableau,
} from 'sde-core';
import { additiveTableau, stratonovichTableau, strongTableau } from 'sde-core/schemes';
import { describe, expect, it } from 'vitest';
import { additiveConditions } from '#sde-core/schemes/additive-tableau';
import { holds } from '#sde-core/schemes/order-condition';
import { stratonovichConditions } from '#sde-core/schemes/stratonovich-tableau';
import { strongConditions } from '#sde-core/schemes/strong-tableau';
import { tableauConditions } from '#sde-core/schemes/tableau-conditions';

describe('every algebraic order condition of every tableau holds to rounding', () => {
  const ito = [ri1, ri5, ri6, dri1, rdi2wm, rdi4wm].map((s) => [s.name, tableauConditions(s.tableau, 2)] as const);
  const stratonovich = [rs1, rs2].map((s) => [s.name, stratonovichConditions(s.tableau)] as const);
  const additive = [sra1, sra2, sra3].map((s) => [s.name, additiveConditions(s.tableau)] as const);
  const strong = [sriw1, sriw2].map((s) => [s.name, strongConditions(s.tableau)] as const);
  const all = [...ito, ...stratonovich, ...additive, ...strong];

  it.each(all)('%s', (_, conditions) => {
    expect(conditions.length).toBeGreaterThan(7);
    expect(conditions.filter((condition) => !holds(condition))).toEqual([]);
  });

  it('covers every scheme that is made of a tableau', () => {
    const made = schemes.filter((scheme) => 'tableau' in scheme).map((scheme) => scheme.name);
    expect(made.sort()).toEqual(all.map(([name]) => name).sort());
  });

  // Published coefficients of the deterministic part: order 3 needs α·e0² = 1/3 and α·(A0 e0) = 1/6.
  it.each([ri1, ri5, dri1, rdi4wm].map((s) => [s.name, s] as const))('%s has order 3 without noise', (_, scheme) => {
    const { A0, alpha } = scheme.tableau;
    const e0 = alpha.map((__, i) => (A0[i] ?? []).reduce((sum, a) => sum + a, 0));
    const twice = alpha.map((__, i) => (A0[i] ?? []).reduce((sum, a, j) => sum + a * e0[j], 0));
    expect(alpha.reduce((sum, a, i) => sum + a * e0[i] ** 2, 0)).toBeCloseTo(1 / 3, 14);
    expect(alpha.reduce((sum, a, i) => sum + a * twice[i], 0)).toBeCloseTo(1 / 6, 14);
    expect(scheme.order.ode).toBe(3);
  });
});

describe('a wrong tableau is refused where it is made', () => {
  const common = { name: 'mine', citation: 'roessler2009', order: { weak: 2, strong: null, ode: 2 } } as const;
  const failure = (make: () => unknown): SdeError => {
    try {
      make();
    } catch (error) {
      if (error instanceof SdeError) return error;
    }
    throw new Error('nothing was refused');
  };

  it('names the condition that fails', () => {
    const error = failure(() => tableau({ ...common, tableau: { ...ri1.tableau, beta2: [0, 1 / 2, 1 / 2] } }));
    expect(error.code).toBe('value');
    expect(error.details.expected).toBe('β2·e = 0');
  });

  it('asks less of a declared order 1', () => {
    const euler = {
      ...ri1.tableau,
      A0: [],
      A1: [],
      B0: [],
      B1: [],
      B2: [],
      alpha: [1],
      beta1: [1],
      beta2: [],
      beta3: [],
      beta4: [],
    };
    expect(failure(() => tableau({ ...common, tableau: euler })).details.expected).toBe('α·e0 = 0.5');
    expect(tableau({ ...common, order: { ...common.order, weak: 1 }, tableau: euler }).order.weak).toBe(1);
  });

  it('refuses matrices that are not lower triangular', () => {
    const error = failure(() => tableau({ ...common, tableau: { ...ri1.tableau, A0: [[1], [2 / 3]] } }));
    expect(error.code).toBe('shape');
    expect(error.details.got).toBe('1 entries in row 0');
    const long = failure(() => tableau({ ...common, tableau: { ...ri1.tableau, B1: [[], [1], [-1], [1]] } }));
    expect(long.details.got).toBe('4 rows');
  });

  it('finds the sign that a library has wrong in SRA3, and wrong weights of the other families', () => {
    const sra = failure(() => additiveTableau({ ...sra3, tableau: { ...sra3.tableau, beta2: [1, -1, 0] } }));
    expect(sra.details.expected).toBe('β2·c1 = -1');
    const sri = failure(() =>
      strongTableau({ ...sriw1, tableau: { ...sriw1.tableau, beta4: [2, -5 / 3, 2 / 3, -1] } }),
    );
    expect(sri.code).toBe('value');
    const rs = failure(() => stratonovichTableau({ ...rs1, tableau: { ...rs1.tableau, alpha: [1, 0, 0, 0] } }));
    expect(rs.details.expected).toBe('α·e0 = 0.5');
  });
});
