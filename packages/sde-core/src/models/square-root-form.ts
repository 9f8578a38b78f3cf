import type { Model } from './model.js';

/** Variances at which coefficients are compared with the form; 0 and 1 also give its numbers. */
const VARIANCES: readonly number[] = [0, 1, 0.01, 0.25, 2.25, 6.25];
const PRICES: readonly number[] = [1, 2, 50];
/** Rounding of a formula written in another way: some operations, each to ε. */
const ROUNDING = 64 * Number.EPSILON;

/**
 * Which equation of variances a model is, by its coefficients at some states: `'square-root'` for dv = (a − κ v) dt + √v c·dW, and `'heston'`
 * for states S, v with that v and dS = μ S dt + S √v s·dW; a ≥ 0 and c ≠ 0. Undefined for any other, and for coefficients that move in time.
 *
 * Coefficients that are the same at all of these states and differ elsewhere are not told apart.
 */
export function squareRootForm(model: Model): 'square-root' | 'heston' | undefined {
  const { dimension: d, noiseDimension: m, calculus, autonomous, breakpoints } = model;
  if (d > 2 || m < 1 || calculus !== 'ito' || autonomous === false || breakpoints?.length) return undefined;
  const prices = d === 2 ? PRICES : [1];
  const at = (t: number, price: number, v: number): { readonly b: Float64Array; readonly sigma: Float64Array } => {
    const x = d === 2 ? Float64Array.of(price, v) : Float64Array.of(v);
    const [b, sigma] = [new Float64Array(d), new Float64Array(d * m)];
    model.drift(t, x, b);
    model.diffusion(t, x, sigma);
    return { b, sigma };
  };
  const [zero, one] = [at(0, 1, 0), at(0, 1, 1)];
  const last = d - 1;
  const a = zero.b[last];
  const slope = one.b[last] - a;
  const volatility = one.sigma.subarray(last * m).reduce((sum, c) => sum + c * c, 0);
  if (!(a >= 0 && volatility > 0 && Number.isFinite(slope + volatility))) return undefined;
  const holds = [0, 1].every((t) =>
    prices.every((price) =>
      VARIANCES.every((v) => {
        const { b, sigma } = at(t, price, v);
        const root = Math.sqrt(v);
        const factor = (i: number): number => (i === last ? root : price * root);
        return (
          near(b[last], a + slope * v, a + Math.abs(slope) * v) &&
          (d === 1 || near(b[0], zero.b[0] * price, Math.abs(b[0]))) &&
          sigma.every((entry, index) => near(entry, factor(Math.floor(index / m)) * one.sigma[index], Math.abs(entry)))
        );
      }),
    ),
  );
  if (!holds) return undefined;
  return d === 2 ? 'heston' : 'square-root';
}

const near = (value: number, expected: number, size: number): boolean => Math.abs(value - expected) <= ROUNDING * size;
