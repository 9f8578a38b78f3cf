import { numbers, SdeError } from 'sde-core';
import type { Grid } from '../grid/grid.js';
import type { DriftDifference } from '../operators/assembly.js';
import { pairsOf } from '../operators/coefficient-layout.js';
import type { Coefficients } from '../operators/coefficients.js';
import type { DiffusionRule } from '../operators/diffusion.js';
import type { Generator } from '../operators/generator.js';
import type { Stepping } from '../stepping/stepping.js';
import { stageTime } from '../stepping/sweep.js';
import type { MeshStep } from '../stepping/time-mesh.js';

/** Growth of a mode a step that is no more than rounding, or the frequencies that were not looked at. */
const NEUTRAL = 1e-3;
/** Frequencies from 0 to π along an axis, by dimension; beyond three as for three. */
const FREQUENCIES = [64, 24, 10] as const;

/** dt a_kk / Δx_k² along each axis, and dt a_kl / (Δx_k Δx_l), at one node. */
interface Rates {
  readonly along: Float64Array;
  readonly mixed: Float64Array;
}

/** An equation on its grid and its steps. */
interface Stepped {
  readonly grid: Grid;
  readonly generator: Generator;
  readonly mesh: readonly MeshStep[];
}

/**
 * Refuses a step by which some mode of the grid grows: see {@link instability}.
 *
 * @throws SdeError `value`, with how many steps are needed.
 */
export function requireStable(
  equation: Stepped,
  stepping: Stepping,
  rule: DiffusionRule,
  where: string,
  drift: DriftDifference = rule.drift,
): void {
  const found = instability(equation, stepping, rule, where, drift);
  if (found) throw found;
}

/**
 * What to throw of a step by which some mode of the grid grows, for steppings that say how they multiply modes: frozen coefficients at the nodes where
 * diffusion and mixed derivatives are largest on their cells, at both ends of the interval and once between the times at which coefficients jump. Of explicit steps
 * also by which drift makes a mode grow e-fold over the interval, at any node inside.
 */
export function instability(
  { grid, generator, mesh }: Stepped,
  stepping: Stepping,
  rule: DiffusionRule,
  where: string,
  drift: DriftDifference = rule.drift,
): SdeError | undefined {
  const carried = stepping.explicit ? growthByDrift({ grid, generator, mesh }, stepping, drift, where) : undefined;
  if (carried) return carried;
  if (!stepping.amplification || !rule.mixedSymbol || mesh.length === 0) return undefined;
  const dt = mesh.reduce((most, { length }) => Math.max(most, length), 0);
  const looked = mesh.filter((step, i) => i === 0 || i === mesh.length - 1 || step.piece !== mesh[i - 1].piece);
  const rates = looked.flatMap((step, i) =>
    largestRates(
      grid,
      generator.fixed,
      generator.coefficients(
        stageTime(step, i > 0 && i === looked.length - 1 ? 1 : 0),
        step.piece,
        (step.low + step.high) / 2,
      ),
    ),
  );
  const growth = (scale: number): number =>
    rates.reduce((most, at) => Math.max(most, largestGrowth(stepping, rule, at, scale)), 0);
  const now = growth(dt);
  if (now <= 1 + NEUTRAL) return undefined;
  let [few, many] = [1, 2];
  while (growth(dt / many) > 1 + NEUTRAL && many < 2 ** 40) [few, many] = [many, 2 * many];
  for (let i = 0; i < 30; i++) {
    const middle = (few + many) / 2;
    if (growth(dt / middle) > 1 + NEUTRAL) few = middle;
    else many = middle;
  }
  return new SdeError('value', {
    what: `steps beyond the stability limit of ${stepping.name}`,
    where: `${where}(…, { stepping })`,
    expected: `steps of at most ${(dt / many).toPrecision(3)}, which are some ${Math.ceil(stepping.steps * many)}`,
    got: `steps of ${dt.toPrecision(3)}: a mode of the grid grows by ${now.toPrecision(3)} in each`,
    remedy:
      'take more steps, fewer points, or an implicit stepping that is stable for every step, as hundsdorferVerwer or trBdf2',
  });
}

/** Parts of (0, π] at which explicit steps with drift are looked at. */
const PARTS = 32;

/** What to throw of explicit steps by which drift makes a mode grow e-fold: for central differences in one dimension they have to be below a / b². */
function growthByDrift(
  { grid, generator, mesh }: Stepped,
  stepping: Stepping,
  drift: DriftDifference,
  where: string,
): SdeError | undefined {
  if (mesh.length === 0) return undefined;
  const dt = mesh.reduce((most, { length }) => Math.max(most, length), 0);
  const total = mesh.reduce((sum, { length }) => sum + length, 0);
  const { axes, strides, shape, size } = grid;
  const waves = Array.from({ length: PARTS }, (_, j) => {
    const angle = (Math.PI * (j + 1)) / PARTS;
    return [1 - numbers.cos(angle), numbers.sin(angle)] as const;
  });
  const nodes: (readonly [number, number])[] = [];
  for (const [last, step] of [mesh[0], mesh[mesh.length - 1]].entries()) {
    const at = generator.coefficients(stageTime(step, last), step.piece, (step.low + step.high) / 2);
    for (let p = 0; p < size; p++) {
      if (generator.fixed[p]) continue;
      let [carried, spread] = [0, 0];
      axes.forEach(({ points }, k) => {
        const i = Math.floor(p / strides[k]) % shape[k];
        if (i === 0 || i === shape[k] - 1) return;
        const cell = (points[i + 1] - points[i - 1]) / 2;
        const b = Math.abs(at.drift[k][p]) / cell;
        const a = (2 * at.halfVariance[k][p]) / (cell * cell);
        carried += b;
        spread += drift === 'central' ? a : drift === 'upwind' ? a + b : Math.max(a, b);
      });
      if (carried > 0) nodes.push([carried, spread]);
    }
  }
  /** The logarithm of the largest growth over the interval, by steps so many times shorter. */
  const growth = (scale: number): number => {
    const length = dt / scale;
    let most = 0;
    for (const [b, a] of nodes) {
      for (const [even, odd] of waves) {
        const [real, imaginary] = [1 - length * a * even, length * b * odd];
        most = Math.max(most, real * real + imaginary * imaginary);
      }
    }
    return (numbers.log(most) / 2) * (total / length);
  };
  const now = growth(1);
  if (now <= 1) return undefined;
  let [few, many] = [1, 2];
  while (growth(many) > 1 && many < 2 ** 40) [few, many] = [many, 2 * many];
  for (let i = 0; i < 12; i++) {
    const middle = (few + many) / 2;
    if (growth(middle) > 1) few = middle;
    else many = middle;
  }
  return new SdeError('value', {
    what: `steps beyond the stability limit of ${stepping.name}, by the drift`,
    where: `${where}(…, { stepping })`,
    expected: `steps of at most ${(dt / many).toPrecision(3)}, which are some ${Math.ceil(stepping.steps * many)}`,
    got: `steps of ${dt.toPrecision(3)}: a mode of the grid grows ${numbers.exp(now).toPrecision(3)}-fold over the interval`,
    remedy: "take more steps, or an implicit stepping; with drift: 'upwind' fewer steps may do",
  });
}

/** The rates of those nodes where one of them is largest. */
function largestRates(grid: Grid, fixed: Uint8Array, { halfVariance, covariance }: Coefficients): Rates[] {
  const { axes, strides, shape, size } = grid;
  const pairs = pairsOf(grid.dimension);
  const cells = axes.map(({ points }) =>
    points.map((x, i) => ((points[i + 1] ?? x + x - points[i - 1]) - (points[i - 1] ?? x + x - points[i + 1])) / 2),
  );
  const cell = (k: number, p: number): number => cells[k][Math.floor(p / strides[k]) % shape[k]];
  const along = (k: number, p: number): number => (2 * halfVariance[k][p]) / (cell(k, p) * cell(k, p));
  const across = (pair: number, p: number): number => {
    const [k, l] = pairs[pair];
    return covariance[pair][p] / (cell(k, p) * cell(l, p));
  };
  const chosen = new Set<number>();
  const largest = (rate: (p: number) => number): void => {
    let [most, at] = [0, -1];
    for (let p = 0; p < size; p++) if (!fixed[p] && Math.abs(rate(p)) > most) [most, at] = [Math.abs(rate(p)), p];
    if (at >= 0) chosen.add(at);
  };
  axes.forEach((_, k) => {
    largest((p) => along(k, p));
  });
  pairs.forEach((_, pair) => {
    largest((p) => across(pair, p));
  });
  return Array.from(chosen, (p) => ({
    along: Float64Array.from(axes, (_, k) => along(k, p)),
    mixed: Float64Array.from(pairs, (_, pair) => across(pair, p)),
  }));
}

/** The largest factor by which a step multiplies a mode. */
function largestGrowth(stepping: Stepping, rule: DiffusionRule, { along, mixed }: Rates, dt: number): number {
  const d = along.length;
  const pairs = pairsOf(d);
  const n = FREQUENCIES[Math.min(d, FREQUENCIES.length) - 1];
  const frequency = new Float64Array(d);
  const z = new Float64Array(d);
  let most = 0;
  const visit = (k: number): void => {
    if (k === d) {
      for (let j = 0; j < d; j++) z[j] = -dt * along[j] * (1 - numbers.cos(frequency[j]));
      let sum = 0;
      pairs.forEach(([first, second], pair) => {
        sum += dt * mixed[pair] * (rule.mixedSymbol?.(frequency[first], frequency[second], mixed[pair]) ?? 0);
      });
      most = Math.max(most, Math.abs(stepping.amplification?.(z, sum) ?? 0));
      return;
    }
    // By symmetry the first frequency need not be negative.
    for (let i = k === 0 ? 0 : 1 - n; i <= n; i++) {
      frequency[k] = (Math.PI * i) / n;
      visit(k + 1);
    }
  };
  visit(0);
  return most;
}
