/** Beyond these the squares overflow, or lose bits below the least normal number. */
const [MOST, LEAST] = [2 ** 500, 2 ** -450];
const [DOWN, UP] = [2 ** -600, 2 ** 600];

/**
 * √(x₁² + x₂² + …), also where the squares over- or underflow; error below 1 + n/2 ulp. 0 for no numbers.
 *
 * Infinite if any number is, NaN included.
 */
export function hypot(...values: readonly number[]): number {
  let largest = 0;
  let nan = false;
  for (const value of values) {
    const size = Math.abs(value);
    if (size === Number.POSITIVE_INFINITY) return size;
    if (size > largest) largest = size;
    if (Number.isNaN(size)) nan = true;
  }
  if (nan) return Number.NaN;
  // Powers of two: scaling rounds nothing.
  const [scale, back] = largest > MOST ? [DOWN, UP] : largest < LEAST ? [UP, DOWN] : [1, 1];
  let sum = 0;
  for (const value of values) sum += value * scale * (value * scale);
  return Math.sqrt(sum) * back;
}
