import { hundsdorferVerwer, solveKolmogorov, uniform } from 'kolmogorov';
import { asChain } from '../chain/network-chain.js';
import { diffusionLimit } from '../limit/diffusion-limit.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import type { SharedLoss } from './judged-states.js';
import { reachableBox } from './reachable-box.js';

/** E ℓ(X_T) from each start, and how far the finer of two grids is from it. */
export interface LimitByEquation {
  /** Extrapolated from both grids, shape (starts). */
  readonly values: Float64Array;
  /** Extrapolated minus finer grid, shape (starts). */
  readonly corrections: Float64Array;
}

/** Time steps are a quarter of the points of an axis: on these grids the error is that of space. Empirical. */
const POINTS_A_STEP = 4;

/**
 * E ℓ(X_T) of the modified SDE of a 2-D network from each start, by its backward Kolmogorov equation: one solution serves all.
 *
 * Central differences and Hundsdorfer–Verwer on a square grid, second order in space and time, without the viscosity that would
 * drown a noise of size √h; on two grids, whose Δx and Δt halve together, and extrapolated.
 *
 * @param points - an axis of the finer grid, odd.
 */
export function limitByEquation(
  network: ResidualNetwork,
  noise: Noise,
  { loss, starts }: SharedLoss,
  points: number,
): LimitByEquation {
  const { depth, horizon } = network;
  const model = diffusionLimit(network, noise, { accuracy: 'modified' });
  const box = reachableBox(starts.map((x0) => asChain(network, noise, { x0 })));
  const half = (points + 1) / 2;
  const steps = depth * Math.ceil(half / POINTS_A_STEP / depth);
  const [coarse, close] = [1, 2].map((factor) => {
    const field = solveKolmogorov(
      { model, T: horizon, terminal: (x) => loss.value(x) },
      {
        grid: box.map(([from, to]) => uniform(from, to, factor * (half - 1) + 1)),
        stepping: hundsdorferVerwer({ steps: factor * steps }),
        keep: 'ends',
      },
    );
    return Float64Array.from(starts, (x) => field.at(0, x));
  });
  const corrections = close.map((value, i) => (value - coarse[i]) / 3);
  return { values: close.map((value, i) => value + corrections[i]), corrections };
}
