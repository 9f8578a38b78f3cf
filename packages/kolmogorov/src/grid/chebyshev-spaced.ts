import { numbers } from 'sde-core/numerics';
import { type Axis, frozen, requireInterval } from './axis.js';

/**
 * n Chebyshev–Lobatto points on [a, b], both ends included: x_i = (a + b)/2 − (b − a)/2 cos(π i / (n − 1)).
 *
 * They crowd towards both sides, where the spacing is of the order of its square in the middle: for layers at the sides. The map is smooth.
 *
 * @throws SdeError `value` if n < 3, or b ≤ a, or an end is not finite.
 * @see [trefethen2013]
 *
 * @example
 * import { chebyshevSpaced } from 'kolmogorov';
 * chebyshevSpaced(-1, 1, 5).points; // → [ -1, -0.707106781…, 0, 0.707106781…, 1 ]
 */
export function chebyshevSpaced(a: number, b: number, n: number): Axis {
  requireInterval('chebyshevSpaced', a, b, n);
  const half = (n - 1) / 2;
  // By the sine of what is left to the middle, the points are symmetric to rounding.
  const points = Float64Array.from(
    { length: n },
    (_, i) => (a + b) / 2 + ((b - a) / 2) * numbers.sin((Math.PI * (i - half)) / (n - 1)),
  );
  points[0] = a;
  points[n - 1] = b;
  return frozen(points);
}
