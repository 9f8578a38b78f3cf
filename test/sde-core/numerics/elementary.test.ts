import { expect, it } from 'vitest';
import * as elementary from '#sde-core/numerics/elementary';

// Where the platform's functions come from the same minimax polynomials, the two agree to the last place or the one before.
const { exp, expm1, log, log1p, cbrt, sin, cos, atan, sinh, cosh, tanh, asinh } = elementary;
const ours = { exp, expm1, log, log1p, cbrt, sin, cos, atan, sinh, cosh, tanh, asinh };

it.each(Object.keys(ours) as (keyof typeof ours)[])('%s agrees with the platform to 2 ulp', (name) => {
  for (let i = 0; i < 2000; i++) {
    const x = 0.001 + 0.01 * i;
    expect(Math.abs(ours[name](x) / Math[name](x) - 1)).toBeLessThanOrEqual(2 ** -50);
  }
});

it('does not lean on the platform: no function of Math but abs, sqrt, floor and trunc', async () => {
  const { readdir, readFile } = await import('node:fs/promises');
  const folder = new URL('../../../packages/sde-core/dist/numerics/', import.meta.url);
  const files =
    'bits exponential logarithm power trigonometric inverse-trigonometric argument-reduction hyperbolic normal';
  const present = await readdir(folder);
  for (const file of files.split(' ').map((name) => `${name}.js`)) {
    expect(present).toContain(file);
    const text = (await readFile(new URL(file, folder), 'utf8')).replace(/\/\*[\s\S]*?\*\//g, '');
    const used = new Set([...text.matchAll(/Math\.([a-z]\w*)/g)].map((match) => match[1]));
    expect([...used].filter((name) => !['abs', 'sqrt', 'floor', 'trunc'].includes(name))).toEqual([]);
    expect(text).not.toContain('**=');
  }
});
