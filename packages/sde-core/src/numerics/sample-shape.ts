/** What a sample says about its own variance: extremes, and third and fourth moments as pure numbers. */
export interface SampleShape {
  readonly least: number;
  readonly most: number;
  /** Values equal to `least`. */
  readonly atLeast: number;
  /** Values equal to `most`. */
  readonly atMost: number;
  /** Σ (value − mean)³ / M2^(3/2); 0 where M2 is 0 or not finite. */
  readonly third: number;
  /** Σ (value − mean)⁴ / M2², between 1/count and 1; 0 for M2 = 0, and 1 where M2 is not finite. */
  readonly fourth: number;
}

/** Count, mean, M2 and shape of a sample: what a merge of shapes needs. */
interface Shaped {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
  readonly shape: SampleShape;
}

/** The shape of the finite ones of values[0 … length − 1], whose mean and Σ (value − mean)² are known; undefined for none. */
export function shapeOf(
  values: ArrayLike<number>,
  length: number,
  { mean, m2 }: { readonly mean: number; readonly m2: number },
): SampleShape | undefined {
  const scale = m2 > 0 && m2 < Number.POSITIVE_INFINITY ? 1 / Math.sqrt(m2) : 0;
  let [least, most, atLeast, atMost] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  let [third, fourth] = [0, 0];
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (!(value - value === 0)) continue;
    if (value <= least) {
      atLeast = value === least ? atLeast + 1 : 1;
      least = value;
    }
    if (value >= most) {
      atMost = value === most ? atMost + 1 : 1;
      most = value;
    }
    const deviation = (value - mean) * scale;
    const square = deviation * deviation;
    third += square * deviation;
    fourth += square * square;
  }
  if (atLeast === 0) return undefined;
  return { least, most, atLeast, atMost, ...pure(m2, third, fourth) };
}

/**
 * The shape of two samples together, whose M2 is m2. With M2 as the unit no power overflows that M2 does not.
 *
 * @see [pebay2008, eqs. 1.5–1.6]
 */
export function mergeShapes(a: Shaped, b: Shaped, m2: number): SampleShape {
  const [na, nb] = [a.count, b.count];
  const n = na + nb;
  const [least, most] = [Math.min(a.shape.least, b.shape.least), Math.max(a.shape.most, b.shape.most)];
  const counted = (value: number, end: 'least' | 'most', at: 'atLeast' | 'atMost'): number =>
    (a.shape[end] === value ? a.shape[at] : 0) + (b.shape[end] === value ? b.shape[at] : 0);
  const root = Math.sqrt(m2);
  const [wa, wb] = [a.m2 / m2, b.m2 / m2];
  const [ra, rb] = [a.shape.third * wa * Math.sqrt(wa), b.shape.third * wb * Math.sqrt(wb)];
  const e = (b.mean - a.mean) / root;
  const across = (e * e * na * nb) / n;
  const third = ra + rb + (across * e * (na - nb)) / n + (3 * e * (na * wb - nb * wa)) / n;
  const fourth =
    a.shape.fourth * wa * wa +
    b.shape.fourth * wb * wb +
    (across * e * e * (na * na - na * nb + nb * nb)) / n / n +
    (6 * e * e * (na * na * wb + nb * nb * wa)) / n / n +
    (4 * e * (na * rb - nb * ra)) / n;
  return {
    least,
    most,
    atLeast: counted(least, 'least', 'atLeast'),
    atMost: counted(most, 'most', 'atMost'),
    ...pure(m2, third, fourth),
  };
}

/** Where M2 is no number to divide by, one value may be all there is to the sample. */
function pure(m2: number, third: number, fourth: number): Pick<SampleShape, 'third' | 'fourth'> {
  if (m2 > 0 && m2 < Number.POSITIVE_INFINITY) return { third, fourth };
  return { third: 0, fourth: m2 === 0 ? 0 : 1 };
}
