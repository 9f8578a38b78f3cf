import { discretize, eulerMaruyama, key, model as numericModel, problem, schemes, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { lossRemedy, remedyFor } from '#sde-core/estimation/loss-remedy';

/** What is said of a step from a state of dx = drift dt + dW (or a given σ) in 4 steps on [0, 1]. */
const said = (drift: string, x: number, more: { diffusion?: string; step?: number; state?: string } = {}) => {
  const { diffusion = '1', step = 1, state = 'x' } = more;
  const chain = discretize(
    problem({ model: symbolic({ state: [state], drift, diffusion }), x0: [1], T: 1 }),
    eulerMaruyama,
    4,
  );
  return lossRemedy({ chain, key: key(1), path: 0, step, sign: 1, state: [x] });
};

describe('the cause of a lost step', () => {
  test.each([
    [
      'sqrt(x)',
      -1,
      /^There sqrt was taken of x = -1, which has no finite real value\. If the equation keeps x at or above 0, .* nonNegative: \['x'\]/,
    ],
    ['sqrt(x - 2)', 1.5, /sqrt was taken of x - 2 = -0\.5, .* Write max\(x - 2, 0\) under the root\./],
    ['x^0.7', -3, /power was taken of x = -3, .* nonNegative: \['x'\]/],
    ['x*log(x)', -2, /^There log was taken of x = -2\. Let the logarithm of x be the state/],
    ['log(x)', 0, /^There log was taken of x = 0\./],
    ['log1p(x - 1)', -2, /^There log1p was taken of x - 1 = -3\. Let the logarithm of x - 1 be/],
    ['asin(x)', 2, /^There asin was taken of x = 2, where it has no real value\. Bound its argument/],
    ['acos(x)', -2, /^There acos was taken of x = -2, where/],
    ['acosh(x)', 0.5, /^There acosh was taken of x = 0\.5, where/],
    ['atanh(x)', 2, /^There atanh was taken of x = 2, where/],
    ['1/x', 0, /^There a coefficient divides by 0\./],
    ['1/(x - 1)^2', 1, /^There a coefficient divides by 0\./],
    ['1/sqrt(x)', -1, /sqrt was taken of x = -1/],
    // The number that is none, not the infinite one beside it.
    ['exp(800 - x) + sqrt(x)', -1, /sqrt was taken of x = -1/],
    ['sqrt(x) - exp(800 - x)', -1, /sqrt was taken of x = -1/],
    // To four digits.
    ['sqrt(x)', -1 / 3, /x = -0\.3333,/],
  ])('is found: %s at %d', async (drift, x, says) => {
    expect(await said(drift, x)).toMatch(says);
    if (!drift.startsWith('1/x')) expect(await said('0', x, { diffusion: drift })).toMatch(says);
  });

  test('is sought in the branch that was taken alone', async () => {
    const growth = /paths tried|No restrained scheme/;
    expect(await said('x < 0 ? x*1e300*1e300 : sqrt(x)', -4)).toMatch(growth);
    expect(await said('x < 0 ? sqrt(x) : 3', -4)).toMatch(/sqrt was taken of x = -4/);
    expect(await said('x > 0 ? 3 : sqrt(x)', -4)).toMatch(/sqrt was taken of x = -4/);
  });

  test('is written with the states’ own names, and without an expression where it is of time or long', async () => {
    expect(await said('sqrt(v)', -1, { state: 'v' })).toContain("nonNegative: ['v']");
    // At t = 3/4.
    const clock = await said('sqrt(0.5 - t)', 1, { step: 4 });
    expect(clock).toMatch(/^There sqrt was taken of -0\.25, .* Write max\(…, 0\) under the root, or name/);
    expect(await said('log(0.5 - t)', 1, { step: 4 })).toContain('Let the logarithm of its argument be the state');
    expect(await said('sqrt(x - t)', 0.5, { step: 4 })).toContain('sqrt was taken of -0.25,');
    const long = `sqrt(${Array.from({ length: 12 }, (_, k) => `sin(${k + 2}*x)`).join(' + ')} - 20)`;
    expect(await said(long, 1)).toMatch(/sqrt was taken of -\d+\.?\d*, .* Write max\(…, 0\)/);
  });

  test('is growth where nothing but size is wrong', async () => {
    expect(await said('x^3', 1e120)).toMatch(/paths tried|No restrained/);
    expect(await said('exp(x)', 1e3)).toMatch(/paths tried|No restrained/);
    expect(await said('sqrt(x)', Number.POSITIVE_INFINITY)).toMatch(/paths tried|No restrained/);
  });

  test('is a closure’s where σ is no number at the state; and which state may be kept above 0', async () => {
    const closure = (nonNegative?: readonly number[]) =>
      numericModel({
        dimension: 2,
        noiseDimension: 1,
        drift: (_t, _x, out) => out.fill(0),
        diffusion: (_t, x, out) => {
          out[0] = 1;
          out[1] = Math.sqrt(x[1]) + Math.log(3 - x[0]);
        },
        ...(nonNegative && { nonNegative }),
      } as Parameters<typeof numericModel>[0]);
    const at = (state: readonly number[], nonNegative?: readonly number[]) => {
      const chain = discretize(problem({ model: closure(nonNegative), x0: [1, 1], T: 1 }), eulerMaruyama, 4);
      return lossRemedy({ chain, key: key(1), path: 0, step: 1, sign: 1, state });
    };
    expect(await at([1, -1])).toMatch(
      /a coefficient is not a number .* keeps state 1 at or above 0, .* nonNegative: \[1\]/,
    );
    expect(await at([4, 1])).toMatch(/a coefficient is not a number .* Make the coefficients finite around/);
    expect(await at([1, 1])).toMatch(/paths tried|No restrained/);
  });
});

describe('what would hold a path', () => {
  const cubic = (steps: number, x0: number, T = 1) =>
    discretize(
      problem({ model: symbolic({ state: ['x'], drift: '-x^3', diffusion: '1' }), x0: [x0], T }),
      eulerMaruyama,
      steps,
    );
  const restrained = schemes.filter(({ restraint, calculus }) => restraint && calculus === 'ito');

  test('is tried on as many paths as 2^14 steps make', async () => {
    const tried = async (steps: number): Promise<string> => {
      // h x0² is 4.
      const chain = cubic(steps, 2 * Math.sqrt(steps));
      return lossRemedy({ chain, key: key(1), path: 0, step: 1, sign: 1, state: [1e120] });
    };
    expect(await tried(128)).toContain('Of 128 paths tried none is lost with 4 times as many steps');
  });

  test('is 4 or 16 times as many steps, or restrained schemes alone', async () => {
    const remedy = async (factor: number): Promise<string> => {
      // Explicit steps of −x³ leave for h x² above 2.
      const chain = cubic(8, Math.sqrt(8 * factor));
      return lossRemedy({ chain, key: key(1), path: 0, step: 1, sign: 1, state: [1e120] });
    };
    const soon = await remedy(4);
    expect(soon).toContain('with 4 times as many steps, or with the schemes that are restrained');
    expect(await remedy(20)).toContain('with 16 times as many steps, or with');
    const never = await remedy(1000);
    expect(never).not.toContain('times as many steps, or');
    expect(never).toContain('Sixteen times as many steps lose paths too');
    for (const message of [soon, never])
      expect(restrained.some(({ name, restraint }) => message.includes(`${name} (${restraint})`))).toBe(true);
  });

  test('is tried on the lost path as well', async () => {
    const chain = cubic(8, Math.sqrt(32));
    expect(await lossRemedy({ chain, key: key(1), path: 99_999, step: 1, sign: 1, state: [1e120] })).toContain(
      'Of 256 paths',
    );
  });

  test('is general where no path is found, for chains that cannot be tried too', async () => {
    const calm = await remedyFor(cubic(8, 1));
    expect(calm).toMatch(/^Take smaller steps; .* a scheme that is restrained: /);
    for (const { name, restraint } of restrained) expect(calm).toContain(`${name} (${restraint})`);
    for (const { name, restraint, calculus } of schemes)
      if (restraint && calculus !== 'ito') expect(calm).not.toContain(`${name} (${restraint})`);
    const { retry: _, ...alone } = cubic(8, 100);
    expect(await remedyFor(alone)).toMatch(/^Take smaller steps; /);
    // Lost on its own paths.
    expect(await remedyFor(cubic(8, 100))).toMatch(/paths tried|No restrained/);
  });
});
