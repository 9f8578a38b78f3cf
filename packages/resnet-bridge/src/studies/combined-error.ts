/** √(a² + b²): the standard error of a sum of two independent numbers from their own, without overflow. */
export function combinedError(a: number, b: number): number {
  const [less, more] = [Math.min(Math.abs(a), Math.abs(b)), Math.max(Math.abs(a), Math.abs(b))];
  if (less === 0 || more === Number.POSITIVE_INFINITY) return more;
  const ratio = less / more;
  return more * Math.sqrt(1 + ratio * ratio);
}
