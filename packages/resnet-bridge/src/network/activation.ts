import { numbers } from 'sde-core/numerics';
import type { Activation } from './residual-network.js';

/** ψ with two derivatives. `derivatives` get both z and the value ψ(z), of which some are cheaper functions. */
export interface ActivationFunction {
  /** C⁴, as every weak expansion assumes. */
  readonly smooth: boolean;
  /** Where ψ is made of two lines through 0: their slopes. ψ″ is then the jump of ψ′ at 0, and nothing else. */
  readonly slopes?: { readonly left: number; readonly right: number };
  value(z: number): number;
  first(z: number, value: number): number;
  second(z: number, value: number): number;
}

const logistic = (z: number): number => 1 / (1 + numbers.exp(-z));

/** The activations by name. At its kink relu has the derivatives of its right side. */
export const ACTIVATIONS: Readonly<Record<Activation, ActivationFunction>> = {
  tanh: {
    smooth: true,
    value: numbers.tanh,
    first: (_, y) => 1 - y * y,
    second: (_, y) => -2 * y * (1 - y * y),
  },
  sigmoid: {
    smooth: true,
    value: logistic,
    first: (_, y) => y * (1 - y),
    second: (_, y) => y * (1 - y) * (1 - 2 * y),
  },
  softplus: {
    smooth: true,
    value: (z) => Math.max(z, 0) + numbers.log1p(numbers.exp(-Math.abs(z))),
    first: (z) => logistic(z),
    second: (z) => logistic(z) * (1 - logistic(z)),
  },
  sin: {
    smooth: true,
    value: numbers.sin,
    first: (z) => numbers.cos(z),
    second: (_, y) => -y,
  },
  relu: {
    smooth: false,
    slopes: { left: 0, right: 1 },
    value: (z) => Math.max(z, 0),
    first: (z) => (z >= 0 ? 1 : 0),
    second: () => 0,
  },
};
