import { type Axis, type BackwardProblem, sinhSpaced, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { numbers } from 'sde-core/numerics';

const [MOST, WIDTH] = [0.6, 0.1];
const { kappa, theta, sigma, rho, rate } = { kappa: 1.5, theta: 0.04, sigma: 0.3, rho: -0.9, rate: 0.025 };

/** The numbers of {@link hestonProblem}, by QuantLib's names; the variance to start from is a node of every grid whose intervals are a multiple of 4. */
export const HESTON: Readonly<
  Record<'spot' | 'strike' | 'rate' | 'T' | 'variance' | 'kappa' | 'theta' | 'sigma' | 'rho', number>
> = {
  spot: 1,
  strike: 1,
  rate,
  T: 1,
  variance: WIDTH * numbers.sinh(numbers.asinh(MOST / WIDTH) / 4),
  kappa,
  theta,
  sigma,
  rho,
};

/** Heston's call in x = log S and the variance v, discounted. @see [heston1993] */
export function hestonProblem(): BackwardProblem {
  return {
    model: symbolic({
      state: ['x', 'v'],
      drift: [`${rate} - v/2`, `${kappa}*(${theta} - v)`],
      diffusion: [
        ['sqrt(v)', '0'],
        [`${sigma * rho}*sqrt(v)`, `${sigma * Math.sqrt(1 - rho * rho)}*sqrt(v)`],
      ],
    }),
    T: HESTON.T,
    terminal: 'max(exp(x) - 1, 0)',
    killing: rate,
  };
}

/** Its grid of so many points in x and in v, which crowd toward v = 0. */
export function hestonGrid(x: number, v: number): readonly [Axis, Axis] {
  return [uniform(-2, 2, x), sinhSpaced(0, MOST, v, { center: 0, width: WIDTH })];
}
