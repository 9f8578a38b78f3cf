/** Power iterations: empirical, far more than a picture needs. */
const ITERATIONS = 200;

/**
 * The plane in which paths are looked at: the first axis along the flow's displacement, the second the direction across it in
 * which the ends spread most. Coordinates are orthogonal projections of x − x_flow(0).
 */
export function plane(
  flow: readonly Float64Array[],
  ends: readonly Float64Array[],
): (x: Float64Array) => readonly [number, number] {
  const origin = flow[0];
  const along = unit(minus(flow[flow.length - 1], origin));
  const mean = origin.map((_, i) => ends.reduce((sum, end) => sum + end[i], 0) / ends.length);
  const spread = ends.map((end) => across(minus(end, mean), along));
  const second = widest(spread, along);
  return (x) => {
    const moved = minus(x, origin);
    return [dot(moved, along), dot(moved, second)];
  };
}

/** The leading eigenvector of the sum of v vᵀ, in the complement of `along`. */
function widest(vectors: readonly Float64Array[], along: Float64Array): Float64Array {
  const longest = vectors.reduce((best, v) => (dot(v, v) > dot(best, best) ? v : best));
  let axis = dot(longest, longest) > 0 ? unit(longest) : anyAcross(along);
  for (let i = 0; i < ITERATIONS; i++) {
    const next = axis.map((_, k) => vectors.reduce((sum, v) => sum + dot(v, axis) * v[k], 0));
    if (dot(next, next) === 0) return axis;
    axis = unit(next);
  }
  return axis;
}

/** The coordinate axis that is most nearly across. */
function anyAcross(along: Float64Array): Float64Array {
  const least = along.reduce((best, value, i) => (Math.abs(value) < Math.abs(along[best]) ? i : best), 0);
  return unit(
    across(
      along.map((_, i) => (i === least ? 1 : 0)),
      along,
    ),
  );
}

function across(v: Float64Array, axis: Float64Array): Float64Array {
  const part = dot(v, axis);
  return v.map((value, i) => value - part * axis[i]);
}

const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]);

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** A vector of length 1; the first coordinate axis in place of zero. */
function unit(v: Float64Array): Float64Array {
  const size = Math.sqrt(dot(v, v));
  return size > 0 ? v.map((value) => value / size) : v.map((_, i) => (i === 0 ? 1 : 0));
}
