import {
  baoab,
  defineScheme,
  driftImplicitEuler,
  eulerMaruyama,
  implicitMidpoint,
  platen,
  ri1,
  stepCost,
  weakTaylor2,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const at = (noiseDimension: number) => ({ noiseDimension });

describe('stepCost', () => {
  it('counts states, columns and variables of schemes that are known by heart', () => {
    expect(stepCost(eulerMaruyama, at(3))).toEqual({
      drift: 1,
      columns: 3,
      derivatives: 0,
      variables: { gaussian: 3 },
    });
    // Υ; and b^k at Y, R^k±, and U^r± for r ≠ k.
    expect(stepCost(platen, at(2))).toMatchObject({ drift: 2, columns: 2 + 4 + 4 });
    // b^k at Hk_1 = Y, Hk_2, Hk_3 and at Ĥk_2, Ĥk_3: linear in m, and no Ĥ for one process.
    expect([1, 2, 4].map((m) => stepCost(ri1, at(m)).columns)).toEqual([3, 10, 20]);
    // L^j b^k, L^j b, L⁰ b^k and L⁰ b.
    expect(stepCost(weakTaylor2, at(3)).derivatives).toBe(9 + 3 + 3 + 1);
  });

  it('counts an evaluation once, and none that nothing reads, also where only a stage reads it', () => {
    const wasteful = defineScheme({
      ...eulerMaruyama,
      name: 'wasteful',
      needs: 'coefficients',
      step({ algebra: { add }, y, time, drift, diffusion }) {
        const first = drift(time(0), y);
        drift(time(1), first);
        const again = drift(time(0), y);
        const stage = diffusion(time(1 / 2), first)[0];
        return y.map((value, i) => add(value, add(again[i], drift(time(1), stage)[i])));
      },
    });
    expect(stepCost(wasteful, at(2))).toMatchObject({ drift: 2, columns: 1 });
  });

  it('gives no number to what iterations decide', () => {
    expect(stepCost(driftImplicitEuler(), at(2))).toEqual({ columns: 2, derivatives: 0, variables: { gaussian: 2 } });
    expect(stepCost(implicitMidpoint, at(2))).toEqual({ derivatives: 0, variables: { 'two-point': 2 } });
  });

  it('takes the dimension that a scheme is for', () => {
    expect(stepCost(baoab({ friction: 1 }), { noiseDimension: 3, dimension: 6 })).toMatchObject({
      drift: 4,
      columns: 3,
    });
    expect(() => stepCost(baoab({ friction: 1 }), at(3))).toThrow(/Langevin/);
  });
});
