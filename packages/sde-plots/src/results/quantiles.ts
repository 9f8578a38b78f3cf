/** The quantile of sorted numbers, linear between neighbors: of n, the i-th smallest is that of (i − 1)/(n − 1). @see [hyndman1996, definition 7] */
export function sortedQuantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** The finite ones of some numbers, in order of size. */
export function sortedFinite(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(Array.from(values).filter(Number.isFinite)).sort();
}
