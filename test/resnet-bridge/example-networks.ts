import { type Activation, type ResidualNetwork, residualNetwork } from 'resnet-bridge';
import { key } from 'sde-core';

/** A small random network whose layers have twins, so that every noise acts on it. */
export function exampleNetwork(
  options: {
    readonly dimension?: number;
    readonly width?: number;
    readonly depth?: number;
    readonly activation?: Activation;
    readonly horizon?: number;
    readonly seed?: number;
  } = {},
): ResidualNetwork {
  const { dimension = 3, width = 4, depth = 3, activation = 'tanh', horizon = 1, seed = 1 } = options;
  return residualNetwork({
    dimension,
    width,
    depth,
    activation,
    horizon,
    twin: true,
    readOut: 3,
    key: key(`example ${seed}`),
  });
}

/** A state that is no special point of anything. */
export const exampleState = (dimension: number): Float64Array =>
  Float64Array.from({ length: dimension }, (_, i) => Math.cos(1 + 2 * i) * 0.8);

/** Central differences of f along coordinate j: error O(step²) plus rounding / step. */
export function difference(
  f: (x: Float64Array) => ArrayLike<number>,
  x: Float64Array,
  j: number,
  step: number,
): number[] {
  const above = Float64Array.from(x);
  const below = Float64Array.from(x);
  above[j] += step;
  below[j] -= step;
  const up = Array.from(f(above));
  const down = f(below);
  return up.map((value, i) => (value - down[i]) / (2 * step));
}

/** Step of a central difference, and the error it may have for functions whose derivatives are O(10): step² and rounding / step balance. */
export const STEP = 1e-5;
export const DIFFERENCE_ERROR = 1e-9;
