/** Σ_k along[k]. */
export function sumOf(along: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < along.length; k++) sum += along[k];
  return sum;
}

/** Π_k (1 − shift along[k]): what the solves along all axes divide a mode by. */
export function solvesOf(along: ArrayLike<number>, shift: number): number {
  let product = 1;
  for (let k = 0; k < along.length; k++) product *= 1 - shift * along[k];
  return product;
}
