import type { Algebra } from '../expression/algebra.js';
import { squareRootForm } from '../models/square-root-form.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { squareRootMoments, squareRootProcess } from './square-root-moments.js';
import { total } from './stage.js';
import type { StepInput } from './step-input.js';

/** ψ = variance / mean² where the exponential law takes over from the quadratic one: any number in [1, 2] serves. */
const CRITICAL = 3 / 2;

/**
 * Andersen's quadratic-exponential scheme for square-root processes and Heston's model, with his martingale correction (QE-M).
 *
 * v(t + h) is drawn from a law with its exact conditional mean and variance: v' = α (β + Z)² where variance / mean² ≤ 3/2, else 0 with probability p
 * and otherwise exponential. So v stays ≥ 0 whatever 2κθ / ξ² is, and E v, E v² of every number of steps are exact. In Heston's model, states S, v,
 * log S takes ∫ v ds ≈ ½ h (v + v'), and E S e^(−μt) = S₀ exactly. The numbers a, κ, c and μ of the model are read off its coefficients: dv = (a − κ v) dt
 * + √v c·dW, and dS = μ S dt + S √v s·dW.
 *
 * Weak order 2 by the moments of one step: certified on states away from 0, and for v uniformly down to 0 in
 * `test/laws/schemes/positivity.test.ts`; the reference proves none. One normal variable a Wiener process; all backends. Where κρ/ξ is large and
 * h far above 1/κ, E S' of a step is infinite: the step then gives NaN, which estimates count.
 *
 * @throws SdeError `unsupported` where a model that is neither is discretized.
 * @see [andersen2008, section 3.2]
 */
export const quadraticExponential: TracedScheme<'coefficients'> = defineScheme({
  name: 'quadratic-exponential',
  citation: 'andersen2008',
  order: { weak: 2, strong: null, ode: 2 },
  calculus: 'ito',
  noise: ['general'],
  driver: incrementsAlone('gaussian'),
  equations: {
    name: 'square root, Heston',
    expected: 'dv = κ (θ − v) dt + ξ √v dW, alone or as the second state beside dS = μ S dt + S √v dB',
    holds: (model) => squareRootForm(model) !== undefined,
  },
  step<V>(input: StepInput<V>): readonly V[] {
    const { algebra, dimension, dW, sqrtH, y } = input;
    const { constant, divide, maximum, multiply, sqrt } = algebra;
    const { a, kappa, c, xiSquared } = squareRootProcess(input);
    const xi = sqrt(xiSquared);
    const along = total(
      algebra,
      dW.map((increment, k) => multiply(c[k], increment)),
    );
    const Z = divide(along, multiply(xi, sqrtH));
    const v = maximum(y[dimension - 1], constant(0));
    const law = matchedLaw(algebra, squareRootMoments(algebra, { a, kappa, xiSquared }, input.h, v));
    const next = law.draw(Z);
    return dimension === 1 ? [next] : [price(input, { kappa, c, xi, v, next, law }), next];
  },
});

/** A law on [0, ∞) with a given mean and variance. */
interface MatchedLaw<V> {
  /** Monotone in Z, standard normal. */
  draw(Z: V): V;
  /** log E e^(A v'); NaN where it is infinite. */
  logMoment(A: V): V;
}

function matchedLaw<V>(
  algebra: Algebra<V>,
  { mean, variance }: { readonly mean: V; readonly variance: V },
): MatchedLaw<V> {
  const {
    add,
    constant,
    divide,
    less,
    lessOrEqual,
    log,
    maximum,
    multiply,
    negate,
    normalCdf,
    select,
    sqrt,
    subtract,
  } = algebra;
  const [one, two] = [constant(1), constant(2)];
  // A process that is absorbed at 0 has neither mean nor variance there.
  const alive = less(constant(0), mean);
  const m = select(alive, mean, one);
  const psi = divide(variance, multiply(m, m));
  const quadratic = lessOrEqual(psi, constant(CRITICAL));

  const ratio = divide(two, psi);
  const betaSquared = add(
    subtract(ratio, one),
    multiply(sqrt(ratio), sqrt(maximum(subtract(ratio, one), constant(0)))),
  );
  const alpha = divide(m, add(one, betaSquared));
  const kept = divide(two, add(psi, one));
  const p = subtract(one, kept);
  const rate = divide(kept, m);
  return {
    draw: (Z) => {
      const root = add(sqrt(betaSquared), Z);
      // Φ(−Z) is 1 − U without its cancellation.
      const tail = maximum(log(divide(kept, normalCdf(negate(Z)))), constant(0));
      return select(alive, select(quadratic, multiply(alpha, multiply(root, root)), divide(tail, rate)), constant(0));
    },
    logMoment: (A) => {
      const room = subtract(one, multiply(two, multiply(A, alpha)));
      const square = subtract(
        divide(multiply(A, multiply(betaSquared, alpha)), room),
        multiply(constant(1 / 2), log(room)),
      );
      const gap = subtract(rate, A);
      const beyond = log(
        add(p, divide(multiply(rate, kept), select(less(constant(0), gap), gap, constant(Number.NaN)))),
      );
      return select(alive, select(quadratic, square, beyond), constant(0));
    },
  };
}

/** S' = S exp(μh + K₀* + K₁ v + K₂ v' + √(K₃ v + K₄ v') Z_S), γ₁ = γ₂ = ½: [andersen2008, (33), (34)]. */
function price<V>(
  { algebra, h, y, dW, sqrtH, time, drift, diffusion }: StepInput<V>,
  {
    kappa,
    c,
    xi,
    v,
    next,
    law,
  }: {
    readonly kappa: V;
    readonly c: readonly V[];
    readonly xi: V;
    readonly v: V;
    readonly next: V;
    readonly law: MatchedLaw<V>;
  },
): V {
  const { add, constant, divide, exp, maximum, multiply, negate, sqrt, subtract } = algebra;
  const [half, one] = [constant(1 / 2), constant(1)];
  const mu = drift(time(0), [one, constant(0)])[0];
  const s = diffusion(time(0), [one, one]).map((column) => column[0]);
  const dot = (x: readonly V[], z: readonly V[]): V =>
    total(
      algebra,
      x.map((value, k) => multiply(value, z[k])),
    );
  // s = slope · c + rest: ∫ √v c·dW is v' − v − a h + κ ∫ v, and the rest is independent of v.
  const slope = divide(dot(s, c), multiply(xi, xi));
  const rest = s.map((value, k) => subtract(value, multiply(slope, c[k])));
  const halfH = multiply(half, h);
  const K = multiply(halfH, subtract(multiply(kappa, slope), multiply(half, dot(s, s))));
  const K1 = subtract(K, slope);
  const K2 = add(K, slope);
  const K3 = multiply(halfH, maximum(dot(rest, rest), constant(0)));
  const A = add(K2, multiply(half, K3));
  const K0 = negate(add(law.logMoment(A), multiply(add(K1, multiply(half, K3)), v)));
  const noise = divide(dot(rest, dW), sqrtH);
  const spread = multiply(sqrt(multiply(halfH, add(v, next))), noise);
  const exponent = add(add(multiply(mu, h), K0), add(add(multiply(K1, v), multiply(K2, next)), spread));
  return multiply(y[0], exp(exponent));
}
