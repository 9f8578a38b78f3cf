import { expect, it } from 'vitest';
import { reduce } from '#sde-core/numerics/argument-reduction';
import { highPrecision } from './high-precision.js';

const wide = highPrecision(1400);

it.each([0.8, 3, -3, 100, 1.5e6, -1.6e6, 1e12, 1e100, -1e300])(
  'reduces %d to within π/4, to 2^-80 of the rest',
  (x) => {
    const parts = new Float64Array(2);
    const quadrant = reduce(x, parts);
    const [high, low] = parts;
    expect(Math.abs(high)).toBeLessThan(Math.PI / 4 + 2 ** -50);
    expect(Math.abs(low)).toBeLessThanOrEqual(Math.abs(high) * 2 ** -52);
    // x − high − low is a whole number of quarter turns, of the given remainder.
    const rest = wide.from(x) - wide.from(high) - wide.from(low);
    const quarter = wide.pi / 2n;
    const turns = (2n * rest + (rest < 0n ? -quarter : quarter)) / (2n * quarter);
    const defect = rest - turns * quarter;
    expect(Math.abs(Number((defect << 100n) / wide.one)) / 2 ** 100).toBeLessThan(2 ** -75 * Math.abs(high));
    expect(Number(((turns % 4n) + 4n) % 4n)).toBe(quadrant);
  },
);

it('has no remainder of what is not finite', () => {
  const parts = new Float64Array(2);
  for (const x of [Number.POSITIVE_INFINITY, Number.NaN]) {
    reduce(x, parts);
    expect(parts[0]).toBeNaN();
  }
});
