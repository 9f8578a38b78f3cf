/** One thing for each coefficient of L = b·∇ + ½ a:∇² − c. */
export interface ByCoefficient<V> {
  /** b_k, one an axis. */
  readonly drift: readonly V[];
  /** ½ a_kk, one an axis. */
  readonly halfVariance: readonly V[];
  /** a_kl for k < l, in the order of {@link pairsOf}. */
  readonly covariance: readonly V[];
  /** c. */
  readonly killing: V;
}

/**
 * The order of the coefficients in a row of numbers, and the one place that knows it: b_k, then ½ a_kk, then a_kl for k < l, then c, then what is paid on the way, r.
 *
 * Each field says where its part begins: b_k stands at `drift + k`, a_kl at `covariance + pair`. Numbers of L alone end before `source`.
 */
export interface CoefficientLayout {
  readonly dimension: number;
  readonly pairs: readonly (readonly [number, number])[];
  readonly drift: number;
  readonly halfVariance: number;
  readonly covariance: number;
  readonly killing: number;
  readonly source: number;
  /** How many numbers L has: what multiplies a derivative, and c. */
  readonly ofGenerator: number;
  /** How many there are with r. */
  readonly count: number;
}

/** The pairs of axes (0, 1), (0, 2), …, (1, 2), … */
export function pairsOf(dimension: number): (readonly [number, number])[] {
  const all = Array.from({ length: dimension }, (_, k) => k);
  return all.flatMap((k) => all.slice(k + 1).map((l) => [k, l] as const));
}

/** The layout in d dimensions. */
export function coefficientLayout(dimension: number): CoefficientLayout {
  const pairs = pairsOf(dimension);
  const halfVariance = dimension;
  const covariance = halfVariance + dimension;
  const killing = covariance + pairs.length;
  const source = killing + 1;
  return {
    dimension,
    pairs,
    drift: 0,
    halfVariance,
    covariance,
    killing,
    source,
    ofGenerator: source,
    count: source + 1,
  };
}

/** What there is for each coefficient, in the order of {@link CoefficientLayout}. */
export function inOrder<V>({ drift, halfVariance, covariance, killing }: ByCoefficient<V>): V[] {
  return [...drift, ...halfVariance, ...covariance, killing];
}

/** A list in that order, by the names of the coefficients. */
export function byCoefficient<V>(list: readonly V[], layout: CoefficientLayout): ByCoefficient<V> {
  return {
    drift: list.slice(layout.drift, layout.halfVariance),
    halfVariance: list.slice(layout.halfVariance, layout.covariance),
    covariance: list.slice(layout.covariance, layout.killing),
    killing: list[layout.killing],
  };
}

/** What stands at a place of the order, by the input that it comes from. */
export function inputOf(place: number, { halfVariance, killing, source }: CoefficientLayout): string {
  if (place < halfVariance) return 'drift';
  if (place < killing) return 'diffusion';
  return place < source ? 'killing' : 'source';
}
