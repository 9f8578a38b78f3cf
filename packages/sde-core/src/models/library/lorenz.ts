import { describe, requireFinite } from '../../errors/at-the-door.js';
import { requireKeys } from '../../errors/options.js';
import { SdeError } from '../../errors/sde-error.js';
import { type SymbolicModel, symbolic } from '../symbolic.js';

/**
 * Lorenz's equations with noise: dX = s (Y − X) dt + …, dY = (X (r − Z) − Y) dt + …, dZ = (X Y − β Z) dt + ….
 *
 * Each equation has a Wiener process of its own, with ε X_i dW_i (`'multiplicative'`: diagonal noise) or ε dW_i (`'additive'`). Chaotic without
 * noise for the default s = 10, r = 28, β = 8/3; volumes shrink at the rate s + 1 + β. No moment is known in closed form.
 *
 * @param parameters - `intensity` is ε; `noise` is multiplicative where it is not given.
 * @throws SdeError `value` for another noise.
 * @see [lorenz1963, (25)–(27)]
 *
 * @example
 * import { lorenz } from 'sde-core';
 * lorenz({ intensity: 0.1 }).noise.kind; // → diagonal
 */
export function lorenz(parameters: {
  readonly s?: number;
  readonly r?: number;
  readonly beta?: number;
  readonly intensity: number;
  readonly noise?: 'multiplicative' | 'additive';
}): SymbolicModel {
  requireKeys<typeof parameters>(
    parameters ?? {},
    { s: true, r: true, beta: true, intensity: true, noise: true },
    'lorenz({ … })',
  );
  const { s = 10, r = 28, beta = 8 / 3, intensity, noise = 'multiplicative' } = parameters ?? {};
  for (const [name, value] of Object.entries({ s, r, beta, intensity }))
    requireFinite(value, `lorenz({ ${name} })`, `give ${name} as a number`);
  if (noise !== 'multiplicative' && noise !== 'additive') {
    throw new SdeError('value', {
      what: 'unknown noise',
      where: 'lorenz({ noise })',
      expected: "'multiplicative' or 'additive'",
      got: describe(noise),
      remedy: 'take one of the two, or write the model with symbolic()',
    });
  }
  const entry = (name: string): string => (noise === 'additive' ? 'intensity' : `intensity*${name}`);
  return symbolic({
    state: ['x', 'y', 'z'],
    drift: ['s*(y - x)', 'x*(r - z) - y', 'x*y - beta*z'],
    diffusion: [
      [entry('x'), 0, 0],
      [0, entry('y'), 0],
      [0, 0, entry('z')],
    ],
    parameters: { s, r, beta, intensity },
  });
}
