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

  it('counts what weak Taylor schemes differentiate, and each kind of variable by itself', () => {
    const all = stepCost(weakTaylor2, at(2));
    expect(all).toMatchObject({ drift: 1, columns: 2, derivatives: 4 + 2 + 2 + 1 });
    // Two states are not four: a component is no evaluation.
    expect(stepCost(weakTaylor2, { noiseDimension: 2, dimension: 4 })).toEqual(all);
    const counted = defineScheme({
      ...weakTaylor2,
      name: 'counted',
      step({
        algebra: { add },
        y,
        time,
        diffusionAlongNoise,
        driftAlongNoise,
        generatorOfDrift,
        generatorOfDiffusion,
      }) {
        const t = time(0);
        const L10 = diffusionAlongNoise(t, y)[1][0];
        const L0b = generatorOfDrift(t, y);
        const L1b = driftAlongNoise(t, y)[1];
        const L0b1 = generatorOfDiffusion(t, y)[1];
        return y.map((value, i) => [L10, L10, L0b, L1b, L0b1].reduce((sum, vector) => add(sum, vector[i]), value));
      },
    });
    expect(stepCost(counted, at(3))).toMatchObject({ drift: 0, columns: 0, derivatives: 4 });
  });

  it('tells evaluations at other times and states apart, and those at the same not', () => {
    const places = defineScheme({
      ...eulerMaruyama,
      name: 'places',
      step({ algebra: { add, multiply }, h, y, time, drift }) {
        const shifted = y.map((value) => add(value, h));
        const all = [
          drift(time(0), y),
          drift(time(1 / 2), y),
          drift(time(0), shifted),
          drift(
            time(0),
            y.map((value) => add(value, h)),
          ),
          drift(
            time(0),
            y.map((value, i) => (i === 0 ? multiply(value, h) : value)),
          ),
        ];
        return y.map((value, i) => all.reduce((sum, b) => add(sum, b[i]), value));
      },
    });
    expect(stepCost(places, at(1)).drift).toBe(4);
    // One component alone is read: it is an evaluation all the same.
    const half = defineScheme({
      ...eulerMaruyama,
      name: 'half',
      step: ({ y, time, drift }) => [drift(time(0), drift(time(0), y))[0], y[1]],
    });
    expect(stepCost(half, at(1))).toMatchObject({ drift: 2, columns: 0 });
  });

  it('refuses a shape that is none', () => {
    for (const [shape, message] of [
      [undefined, /noiseDimension/],
      [{}, /noiseDimension/],
      [{ noiseDimension: 0 }, /noiseDimension/],
      [{ noiseDimension: 1.5 }, /noiseDimension/],
      [{ noiseDimension: 1001 }, /noiseDimension/],
      [{ noiseDimension: 1, dimension: 0 }, /dimension/],
      [{ noiseDimension: 1, dimension: 1001 }, /dimension/],
      [{ noiseDimension: 1, m: 1 }, /stepCost\(scheme, shape\)/],
    ] as const) {
      expect(() => stepCost(eulerMaruyama, shape as never)).toThrow(message);
    }
    expect(() => stepCost({} as never, at(1))).toThrow(/stepCost\(scheme\)/);
    expect(stepCost(eulerMaruyama, { noiseDimension: 1000, dimension: 1 }).columns).toBe(1000);
    expect(stepCost(eulerMaruyama, { noiseDimension: 1, dimension: 1000 }).drift).toBe(1);
  });
});
