/** Elementary functions in fixed point with many bits, by series: what the functions under test are measured against. */
export interface HighPrecision {
  /** The double as a fixed-point number; exact for doubles that are multiples of 2^-bits. */
  from(x: number): bigint;
  /** How far a double is from a fixed-point number, in units of the last place of that number as a double. */
  ulps(computed: number, exact: bigint): number;
  multiply(x: bigint, y: bigint): bigint;
  divide(x: bigint, y: bigint): bigint;
  sqrt(x: bigint): bigint;
  exp(x: bigint): bigint;
  log(x: bigint): bigint;
  sin(x: bigint): bigint;
  cos(x: bigint): bigint;
  atan(x: bigint): bigint;
  erf(x: bigint): bigint;
  readonly one: bigint;
  readonly pi: bigint;
}

export function highPrecision(bits: number): HighPrecision {
  const P = BigInt(bits);
  const one = 1n << P;
  /** Toward zero, so that the terms of a series end in 0. */
  const multiply = (x: bigint, y: bigint): bigint => {
    const product = x * y;
    return product < 0n ? -(-product >> P) : product >> P;
  };
  const divide = (x: bigint, y: bigint): bigint => (x << P) / y;

  const from = (x: number): bigint => {
    if (x < 0) return -from(-x);
    let whole = x;
    let exponent = 0;
    while (!Number.isInteger(whole)) {
      whole *= 2;
      exponent -= 1;
    }
    return exponent === 0 ? BigInt(whole) << P : (BigInt(whole) << P) >> BigInt(-exponent);
  };

  const ulps = (computed: number, exact: bigint): number => {
    const size = exact < 0n ? -exact : exact;
    const length = size.toString(2).length;
    const shift = length - 53;
    const difference = from(computed) - exact;
    // One ulp of exact is 2^shift in fixed point; 32 more bits keep the fraction.
    const scaled = shift > 32 ? difference >> BigInt(shift - 32) : difference << BigInt(32 - shift);
    return Math.abs(Number(scaled)) / 2 ** 32;
  };

  const sqrt = (x: bigint): bigint => {
    if (x === 0n) return 0n;
    const target = x << P;
    let guess = 1n << BigInt(Math.ceil(target.toString(2).length / 2));
    for (;;) {
      const next = (guess + target / guess) >> 1n;
      if (next >= guess) return guess;
      guess = next;
    }
  };

  /** Σ terms until they vanish. */
  const series = (
    first: bigint,
    next: (term: bigint, n: bigint) => bigint,
    weigh = (term: bigint, _: bigint) => term,
  ) => {
    let sum = 0n;
    let term = first;
    for (let n = 0n; term !== 0n; n++) {
      sum += weigh(term, n);
      term = next(term, n + 1n);
    }
    return sum;
  };
  const atanSmall = (x: bigint, sign: bigint): bigint => {
    const square = multiply(x, x);
    return series(
      x,
      (term) => sign * multiply(term, square),
      (term, n) => term / (2n * n + 1n),
    );
  };
  const pi = 4n * (4n * atanSmall(one / 5n, -1n) - atanSmall(one / 239n, -1n));
  const ln2 = 2n * atanSmall(one / 3n, 1n);

  const exp = (x: bigint): bigint => {
    const k = x / ln2;
    const r = (x - k * ln2) >> 12n;
    let value = series(one, (term, n) => multiply(term, r) / n);
    for (let i = 0; i < 12; i++) value = multiply(value, value);
    return k >= 0n ? value << k : value >> -k;
  };
  const log = (x: bigint): bigint => {
    const k = BigInt(x.toString(2).length) - P;
    const m = k >= 0n ? x >> k : x << -k;
    return k * ln2 + 2n * atanSmall(divide(m - one, m + one), 1n);
  };
  const sineSeries = (r: bigint): bigint => {
    const square = multiply(r, r);
    return series(r, (term, n) => -multiply(term, square) / (2n * n * (2n * n + 1n)));
  };
  const cosineSeries = (r: bigint): bigint => {
    const square = multiply(r, r);
    return series(one, (term, n) => -multiply(term, square) / ((2n * n - 1n) * 2n * n));
  };
  const reduced = (x: bigint): [bigint, bigint] => {
    const turns = (2n * x + (pi >> 1n)) / pi;
    const quarter = 2n * x < -(pi >> 1n) ? turns - 1n : turns;
    return [((quarter % 4n) + 4n) % 4n, x - (quarter * pi) / 2n];
  };
  const sin = (x: bigint): bigint => {
    const [quarter, r] = reduced(x);
    const value = quarter % 2n === 0n ? sineSeries(r) : cosineSeries(r);
    return quarter < 2n ? value : -value;
  };
  const cos = (x: bigint): bigint => sin(x + pi / 2n);
  const atan = (x: bigint): bigint => {
    let r = x;
    for (let i = 0; i < 4; i++) r = divide(r, one + sqrt(one + multiply(r, r)));
    return 16n * atanSmall(r, -1n);
  };
  const erf = (x: bigint): bigint => {
    const square = multiply(x, x);
    const sum = series(
      x,
      (term, n) => -multiply(term, square) / n,
      (term, n) => term / (2n * n + 1n),
    );
    return divide(2n * sum, sqrt(pi));
  };
  return { from, ulps, multiply, divide, sqrt, exp, log, sin, cos, atan, erf, one, pi };
}
