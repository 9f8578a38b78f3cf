import type { Chain } from '../paths/chain.js';
import type { Functional } from './functional.js';

/** Steps of a coarsest level that are tried in turn. */
const TRIED = [1, 2, 4, 8];
/** Values that every random variable of a step is given in turn, of either sign and any size. */
const NOISE = [0.3, -1.7, 6, -40, 1000];

/**
 * Steps of the coarsest level: 1, or the first power of two up to 8 with which φ depends on the noise. Where the noise enters φ by way of another state, as in
 * dI = X dt, one step gives φ no variance, and none is to be seen however many paths there are. 1 where φ depends on it with none of these.
 */
export function startingSteps(chainOf: (steps: number) => Chain, functional: Functional): number {
  return TRIED.find((steps) => varies(chainOf(steps), functional)) ?? 1;
}

function varies(chain: Chain, functional: Functional): boolean {
  const { value } = functional.on(chain);
  const first = endOf(chain, NOISE[0]);
  return NOISE.slice(1).some((size) => {
    const [one, other] = [value(first.slice()), value(endOf(chain, size))];
    return !(Math.abs(one - other) <= 2 ** -40 * Math.max(Math.abs(one), Math.abs(other)));
  });
}

function endOf({ x0, steps, step, dimension, driver }: Chain, size: number): Float64Array {
  let [now, next] = [Float64Array.from(x0), new Float64Array(dimension)];
  for (let n = 0; n < steps; n++) {
    // Bounded laws, as of observations' own variables, are asked for what lies within them.
    const noise = Float64Array.from(driver.laws, (_, j) => (j % 2 === 0 ? size : -size / 2));
    step(n, now, noise, next);
    [now, next] = [next, now];
  }
  return now;
}
