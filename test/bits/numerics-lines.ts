import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ladder, uniforms } from './arguments.js';

/** The built files of the numerics, wherever the package is. */
const FOLDER = new URL('./numerics/', import.meta.resolve('sde-core'));

// What a module exports is known when it is run.
type Any = (...given: never[]) => unknown;
const call = (f: Any, ...given: unknown[]): unknown => f(...(given as never[]));

const first = ladder(1);
const pairs = (f: Any): unknown => {
  const second = ladder(2);
  return Float64Array.from(first, (x, i) => call(f, x, second[(i * 7) % second.length]) as number);
};
/** Values in (0, 1), values in (0, 20). */
const shares = uniforms(3, 400).map((u) => u + 2 ** -60);
const sizes = uniforms(4, 400).map((u) => 20 * u + 2 ** -20);
const matrix = Float64Array.of(4, 1, 0.5, 1, 3, 0.25, 0.5, 0.25, 2);
const sample = ladder(5, 400).filter((x) => Math.abs(x) < 2 ** 40);

const bump = (f: Any): unknown =>
  call(f, (x: number, y: number) => x * x * y - 1 / (2 + x * x + y), { low: [-1, 0], high: [1, 2] }, 64);

/** Arguments of the functions that do not take one number: each gives what is hashed. */
const OTHERS: Readonly<Record<string, (f: Any, module: Readonly<Record<string, unknown>>) => unknown>> = {
  atan2: pairs,
  power: pairs,
  hypot: (f) => Float64Array.from(first, (x, i) => call(f, x, first[(i * 5) % first.length], 1) as number),
  log2: (f) => Float64Array.from(first, (x) => call(f, x) as number),
  reduce: (f) =>
    Array.from(first, (x) => {
      const rest = new Float64Array(2);
      return Number.isFinite(x) && Math.abs(x) > 1 ? [call(f, x, rest), rest] : 0;
    }),
  binomialInterval: (f) => [0, 1, 3, 50, 97, 100].map((hits) => call(f, hits, 100, 0.95)),
  chebyshevSurface: bump,
  evaluateSurface: (f, { chebyshevSurface }) => {
    const surface = bump(chebyshevSurface as Any);
    return Array.from(shares, (x, i) => call(f, surface, 2 * x - 1, 2 * shares[(i * 7) % 400], new Float64Array(200)));
  },
  chebyshevNode: (f) => Array.from({ length: 17 }, (_, k) => call(f, k, 16, -1, 3)),
  cholesky: (f) => call(f, matrix, 3),
  denseFactors: (f) => {
    const factors = call(f, [matrix.subarray(0, 3), matrix.subarray(3, 6), matrix.subarray(6)]);
    return (factors as { solve(right: number[]): number[] }).solve([1, 2, 3]);
  },
  gammaQ: (f) => Array.from(sizes, (a, i) => call(f, a, sizes[(i * 7) % 400])),
  betaI: (f) => Array.from(sizes, (a, i) => call(f, a, sizes[(i * 7) % 400], shares[i])),
  logGamma: (f) => Array.from(sizes, (a) => call(f, a)),
  normalQuantile: (f) => Array.from(shares, (p) => call(f, p)),
  studentTail: (f) => Array.from(sizes, (t, i) => call(f, t, 1 + (i % 40))),
  studentHalfWidth: (f) => Array.from(shares, (level, i) => call(f, level, 1 + (i % 60))),
  chiSquareTail: (f) => Array.from(sizes, (x, i) => call(f, x, 1 + (i % 12))),
  bisect: (f) => call(f, (x: number) => x * x - 2, 0, 2),
  matrixExponential: (f) => call(f, matrix, 3),
  mergeMoments: (f, { momentsOf }) => call(f, call(momentsOf as Any, sizes), call(momentsOf as Any, sample)),
  mergeJointMoments: (f) => {
    const of = (count: number, mean: number) => ({ count, mean, m2: 2.5 * count, nonFinite: 0 });
    const joint = (n: number, x: number) => ({
      each: [of(n, x), of(n, x / 3)],
      pairs: [{ count: n, first: x, second: x / 3, comoment: n / 7, difference: of(n, (2 * x) / 3) }],
    });
    return call(f, joint(7, 1.1), joint(5, -2.3));
  },
  noJointMoments: (f) => call(f, 3),
  pairPlace: (f) => [call(f, 0, 1, 4), call(f, 1, 3, 4), call(f, 2, 3, 4)],
  momentsOf: (f) => call(f, sample),
  mergeTree: (f) => {
    const tree = call(f, (a: number, b: number) => a / 3 + b) as {
      add(i: number, value: number): void;
      total(): unknown;
    };
    for (let i = 0; i < 100; i++) tree.add((i * 37) % 100, sizes[i]);
    return tree.total();
  },
  poissonQuantile: (f) => Array.from(sizes, (mean, i) => call(f, mean, shares[i])),
  gammaQuantile: (f) => Array.from(sizes, (a, i) => call(f, a, shares[i])),
  noncentralChiSquare: (f) =>
    Array.from(sizes.subarray(0, 40), (k, i) => {
      const law = call(f, k, sizes[i + 40]) as Record<string, unknown>;
      return Object.entries(law).map(([name, value]) =>
        typeof value === 'function' ? [name, Array.from(shares.subarray(0, 8), (u) => call(value as Any, u))] : value,
      );
    }),
  quantileSketch: (f) => {
    const sketch = call(f, 0.01) as { add(x: number): void; quantile(p: number): number };
    for (const x of sample) sketch.add(x);
    return Array.from(shares, (p) => sketch.quantile(p));
  },
  leastSquares: (f) =>
    call(
      f,
      Array.from(shares.subarray(0, 20), (x) => [1, x, x * x]),
      sizes.subarray(0, 20),
      sizes.subarray(20, 40),
    ),
  shapeOf: (f) => call(f, sample, sample.length, { mean: 1.5, m2: 3e9 }),
  mergeShapes: (f) => {
    const shape = { least: -1, most: 2, atLeast: 1, atMost: 2, third: 0.1, fourth: 0.2 };
    return call(f, { count: 7, mean: 0.3, m2: 2, shape }, { count: 5, mean: 0.7, m2: 1.5, shape }, 4.1);
  },
  fromWords: (f) => Array.from({ length: 64 }, (_, i) => call(f, i << 24, i)),
  withHighWord: (f) => Array.from({ length: 64 }, (_, i) => call(f, sizes[i], i << 24)),
  scaled: (f) => Array.from({ length: 2300 }, (_, i) => call(f, 1.5, i - 1150)),
  codeGeneration: (f) => call(f),
  stridedArray: (f) => (call(f, matrix, [3, 3]) as { readonly data: Float64Array }).data,
  rowMajor: (f) => call(f, [3, 4, 5]),
  powerOfTwo: (f) => Array.from({ length: 2046 }, (_, i) => call(f, i - 1022)),
};

/** Every function of the numerics on its arguments. */
export async function* numericsLines(): AsyncGenerator<readonly [string, unknown]> {
  const files = readdirSync(fileURLToPath(FOLDER)).filter((name) => name.endsWith('.js') && name !== 'elementary.js');
  for (const file of files.sort()) {
    const module: Record<string, unknown> = await import(new URL(file, FOLDER).href);
    for (const name of Object.keys(module).sort()) {
      const f = module[name];
      if (typeof f !== 'function') continue;
      const value =
        name in OTHERS
          ? OTHERS[name](f as Any, module)
          : f.length === 1
            ? first.map((x) => (f as (x: number) => number)(x))
            : undefined;
      if (value === undefined) throw new Error(`give '${name}' of ${file} its arguments in numerics-lines.ts`);
      yield [`numerics · ${file.replace('.js', '')} · ${name}`, value];
    }
  }
  yield ['language · 2 ** k, as it is written', powersOfTwo()];
}

/** Whether each literal power of two is one: run cold, and often enough to be compiled. */
function powersOfTwo(): readonly boolean[] {
  return Array.from({ length: 2046 }, (_, i) => {
    const k = i - 1022;
    const literal = new Function(`return 2 ** ${k};`) as () => number;
    let expected = 1;
    for (let n = 0; n < Math.abs(k); n++) expected *= k > 0 ? 2 : 1 / 2;
    const compiled = i % 64 === 0 ? Array.from({ length: 20_000 }, literal) : [literal()];
    return compiled.every((value) => value === expected);
  });
}
