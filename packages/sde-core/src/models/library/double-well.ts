import { type SymbolicModel, symbolic } from '../symbolic.js';
import { requireParameters } from './parameters.js';

/**
 * The overdamped double well: dX = (α X − X³) dt + σ dW.
 *
 * The gradient flow of V = x⁴/4 − α x²/2 with noise; its invariant density is proportional to e^(−2V/σ²). No moment is known in closed
 * form at finite times, and Euler–Maruyama diverges from large states at fixed h.
 *
 * @see [kloeden1992]
 *
 * @example
 * import { doubleWell } from 'sde-core';
 * doubleWell({ alpha: 1, sigma: 0.5 }).noise.kind; // → additive
 */
export function doubleWell(parameters: { readonly alpha: number; readonly sigma: number }): SymbolicModel {
  requireParameters<typeof parameters>(parameters, { alpha: true, sigma: true }, 'doubleWell');
  const { alpha, sigma } = parameters;
  return symbolic({ state: ['x'], drift: ['alpha*x - x^3'], diffusion: [['sigma']], parameters: { alpha, sigma } });
}
