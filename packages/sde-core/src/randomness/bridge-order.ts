/**
 * The map of N independent normals to N increments, standardized, in which the first normal makes the whole sum, the next ones the sums over the
 * halves, and so on: what a low-discrepancy sequence does best in its first coordinates.
 *
 * An orthogonal map: the increments are independent standard normal if the normals are. N need not be a power of two. In place of `z`, shape
 * (N, m) with the normals of one rank together, writes the increments, shape (N, m), into `out`.
 *
 * @see [caflisch1997]
 */
export function bridgeOrder(steps: number, m: number): (z: Float64Array, out: Float64Array) => void {
  const schedule = splits(steps);
  const sums = new Float64Array(steps + 1);
  return (z, out) => {
    for (let j = 0; j < m; j++) {
      sums[steps] = Math.sqrt(steps) * z[j];
      schedule.forEach(({ left, middle, right, weight, deviation }, rank) => {
        sums[middle] = sums[left] + weight * (sums[right] - sums[left]) + deviation * z[(rank + 1) * m + j];
      });
      for (let n = 0; n < steps; n++) out[n * m + j] = sums[n + 1] - sums[n];
    }
  };
}

interface Split {
  readonly left: number;
  readonly middle: number;
  readonly right: number;
  /** (middle − left)/(right − left). */
  readonly weight: number;
  /** √((middle − left)(right − middle)/(right − left)). */
  readonly deviation: number;
}

/** Intervals halved breadth first: the widest come first. */
function splits(steps: number): readonly Split[] {
  const found: Split[] = [];
  let row: (readonly [number, number])[] = [[0, steps]];
  while (row.length > 0) {
    const next: (readonly [number, number])[] = [];
    for (const [left, right] of row) {
      if (right - left < 2) continue;
      const middle = (left + right) >>> 1;
      const weight = (middle - left) / (right - left);
      found.push({ left, middle, right, weight, deviation: Math.sqrt(weight * (right - middle)) });
      next.push([left, middle], [middle, right]);
    }
    row = next;
  }
  return found;
}
