import { type QuadraticValue, type Regulator, regulate, riccati } from './riccati.js';

/** dX = A X dt + σ dW, seen as dY = X dt + dV / g: everything is one number. */
export interface HiddenState {
  /** A. */
  readonly drift: number;
  /** σ. */
  readonly noise: number;
  /** g, what is seen by the size of the noise in it. */
  readonly sight: number;
  /** Var X at time 0. */
  readonly variance: number;
}

/** S' = 2 A S + σ² − (g S)² by Runge–Kutta: the variance of X given Y at k T / n. */
export function kalmanBucy({ drift, noise, sight, variance }: HiddenState, T: number, n: number): number[] {
  const path = riccati(([S]) => [2 * drift * S + noise ** 2 - (sight * S) ** 2], [variance], T, n);
  return path.map(([S]) => S);
}

/** The same as an expression in t: S = (A + δ tanh(δ t + c)) / g², δ² = A² + σ² g², for a variance that grows. */
export function kalmanBucyFormula({ drift, noise, sight, variance }: HiddenState): string {
  const rate = Math.hypot(drift, noise * sight);
  const start = Math.atanh((variance * sight ** 2 - drift) / rate);
  return `(${drift} + ${rate}*tanh(${rate}*t + ${start}))/${sight ** 2}`;
}

/**
 * V of the estimates of hidden states that do not see each other, at k T / n before T, for controls that know no more than what was seen.
 *
 * dx̂ = (A x̂ + B a) dt + K dν, K = g S and ν the innovations; and E[X² | Y] = x̂² + S. So V = x̂ᵀP x̂ + s with the P of the states themselves, and
 * −s' = tr(P K Kᵀ) + tr(Q S), s(T) = tr(G S(T)).
 */
export function separated(
  states: readonly HiddenState[],
  regulator: Omit<Regulator, 'A' | 'covariance'>,
  T: number,
  n: number,
): QuadraticValue[] {
  // Also halfway between, where Runge–Kutta asks.
  const variances = states.map((state) => kalmanBucy(state, T, 2 * n));
  const at = (k: number, before: number): number => variances[k][Math.round((T - before) * 2 * n)];
  const diagonal = (of: (state: HiddenState, k: number) => number): number[][] =>
    states.map((state, k) => states.map((_, l) => (k === l ? of(state, k) : 0)));
  const trace = (C: Regulator['Q'], before: number): number =>
    states.reduce((sum, _, k) => sum + C[k][k] * at(k, before), 0);
  return regulate(
    {
      ...regulator,
      A: diagonal(({ drift }) => drift),
      covariance: (before) => diagonal(({ sight }, k) => (sight * at(k, before)) ** 2),
      beside: (before) => trace(regulator.Q, before),
      besideEnd: trace(regulator.G, 0),
    },
    T,
    n,
  );
}
