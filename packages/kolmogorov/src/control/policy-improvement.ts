import { SdeError } from 'sde-core';
import type { DriftDifference } from '../operators/assembly.js';
import { pairsOf } from '../operators/coefficients.js';
import { CENTRAL, FALLING, RISING, TERMS } from '../operators/difference-matrices.js';
import { boxMinimum } from './box-minimum.js';
import type { ControlSet } from './control-set.js';
import type { ControlledEquation } from './controlled-equation.js';
import type { NodeHamiltonian } from './node-hamiltonian.js';

/** Relative to the size of the terms of a Hamiltonian, a gain that is rounding. */
const ROUNDING = 2 ** -40;
/** Relative to its length, how closely the place where another difference is taken is found on a segment. */
const SWITCHING = 2 ** -48;
/** Golden sections of an interval: to about the square root of the rounding unit, below which values do not differ. */
const SECTIONS = 40;
/** The most searched controls whose places are tried together. */
const MOST_JOINED = 5;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Improves the controls node by node. */
export interface Improve {
  /** Replaces `a`, shape (q), at node p; says by how much H_p gained, 0 for no more than rounding. */
  at(t: number, p: number, a: Float64Array): number;
  /** H_p at what the last call left. */
  value(): number;
  /** The nodes whose last closed form had no least, though what was found before may be one: see {@link requireLeast}. */
  readonly suspects: ReadonlySet<number>;
}

/**
 * The improvement of a policy, node by node, by the discrete Hamiltonian itself.
 *
 * Whatever proposes a control, a list, a closed form with one of the node's differences for the gradient, or a search, it replaces the one before
 * only if H_p is better by more than rounding (where nothing is, a closed form still replaces what differs by rounding). A closed form whose differences are not those
 * that are taken there is looked at by each of its controls alone, too. So the values go one way from iteration to iteration, and what is left when nothing improves is a stationary point
 * of what was solved, not of another discretization. Where rows are not linear in σσᵀ the closed form of a control of σ is one more proposal, and the set has
 * its interval searched.
 *
 * @throws SdeError `unsupported` for an interval in whose controls the equation is not quadratic, or fitted differences, on which no closed form is known.
 * @see [howard1960]
 * @see [wang2008]
 */
export function policyImprovement(
  equation: ControlledEquation,
  set: ControlSet,
  hamiltonian: NodeHamiltonian,
  sense: { readonly sign: 1 | -1; readonly rule: DriftDifference },
  where: string,
): Improve {
  const { controls: q } = equation;
  const { sign, rule } = sense;
  const proposes = set.quadratic.length + set.given.length > 0;
  if (proposes && rule === 'exponential') throw fittedDifferences(where);
  const propose = proposes ? closedForms(equation, set, hamiltonian, sign, where) : undefined;
  const { dimension: d, moved } = equation;
  // Where no control enters, all controls have the same difference; where rows are not linear in σσᵀ, a control of any of it may enter.
  const free = moved.map((along) => along || (!hamiltonian.linear && equation.inDiffusion.includes(true)));
  const branches = branchesOf(free, rule);
  const taken = new Int32Array(d);
  const outside = branches.map(() => new Float64Array(q));
  const own = new Int32Array(d);
  const from = new Float64Array(q);
  const trial = new Float64Array(q);
  const start = new Float64Array(q);
  const alone = new Float64Array(q);
  const base = new Float64Array(q);
  /** A closed form that is as good as the control before, to rounding. */
  const equal = new Float64Array(q);
  let [first, best, last, threshold, hasEqual, endless] = [0, 0, 0, 0, false, false];
  const suspects = new Set<number>();
  const lattice = latticeOf(equation, set, hamiltonian.linear);
  const beside = goTogether(equation, hamiltonian.linear);
  /** What a listed control is worth depends on one that is searched: every combination has a search of its own. */
  const mixed = set.searched.some(({ index }) => set.lists.some((list, j) => list && beside(index, j)));

  /** Takes a control if it is better by more than rounding. */
  const consider = (candidate: Float64Array, a: Float64Array): void => {
    last = sign * hamiltonian.at(candidate);
    if (!(best - last > threshold)) return;
    best = last;
    a.set(candidate);
  };
  const tryBranches = (t: number, a: Float64Array): void => {
    if (!propose) return;
    let beyond = 0;
    const begin = propose.begin(t, base);
    for (const branch of branches) {
      for (let k = 0; k < d; k++) if (!free[k]) branch[k] = taken[k];
      trial.set(base);
      if (!begin(branch, trial)) {
        endless = true;
        continue;
      }
      if (trial.every((value, j) => value === start[j])) {
        last = first;
        hamiltonian.chosen.set(taken);
      } else consider(trial, a);
      // The differences that it was found with are not those taken there: the best with them may lie where they cease to be taken.
      if (hamiltonian.chosen.some((term, k) => term !== branch[k])) outside[beyond++].set(trial);
      else if (!hasEqual && last - first <= threshold && set.lists.every((list, j) => !list || trial[j] === start[j])) {
        hasEqual = true;
        equal.set(trial);
      }
    }
    for (let i = 0; i < beyond; i++) {
      atSwitch(a, outside[i]);
      // One control may be best between two differences of its axis where another is not.
      for (let j = 0; q > 1 && j < q; j++) {
        if (outside[i][j] === a[j]) continue;
        alone.set(a);
        alone[j] = outside[i][j];
        consider(alone, a);
        if (a[j] !== alone[j]) atSwitch(a, alone);
      }
    }
  };
  /** Considers both sides of a place between two controls at which the differences change. */
  const atSwitch = (a: Float64Array, far: Float64Array): void => {
    hamiltonian.at(a);
    own.set(hamiltonian.chosen);
    from.set(a);
    const along = (s: number): boolean => {
      for (let j = 0; j < q; j++) trial[j] = from[j] + s * (far[j] - from[j]);
      hamiltonian.at(trial);
      return hamiltonian.chosen.every((term, k) => term === own[k]);
    };
    if (along(1)) return;
    let [low, high] = [0, 1];
    while (high - low > SWITCHING) {
      const middle = (low + high) / 2;
      if (along(middle)) low = middle;
      else high = middle;
    }
    for (const s of [low, high]) {
      along(s);
      consider(trial, a);
    }
  };
  const at = (t: number, p: number, a: Float64Array): number => {
    hamiltonian.goTo(p);
    hasEqual = false;
    endless = false;
    first = sign * hamiltonian.at(a);
    const shutOut = !hamiltonian.admitted();
    if (shutOut) first = Number.POSITIVE_INFINITY;
    best = first;
    threshold = ROUNDING * hamiltonian.scale();
    taken.set(hamiltonian.chosen);
    start.set(a);
    for (const combination of set.combinations) {
      for (let j = 0; j < q; j++) base[j] = Number.isNaN(combination[j]) ? start[j] : combination[j];
      if (set.combinations.length > 1) consider(base, a);
      tryBranches(t, a);
    }
    for (const place of lattice) {
      for (let j = 0; j < q; j++) base[j] = Number.isNaN(place[j]) ? a[j] : place[j];
      consider(base, a);
    }
    if (mixed) {
      for (const combination of set.combinations) {
        for (let j = 0; j < q; j++) base[j] = Number.isNaN(combination[j]) ? start[j] : combination[j];
        for (const { index, points } of set.searched)
          base[index] = search(hamiltonian, set, sign, index, points, base, a, consider);
      }
    }
    for (const { index, points } of set.searched) search(hamiltonian, set, sign, index, points, a, a, consider);
    if (shutOut && best === first) {
      for (const corner of cornersOf(set)) consider(corner, a);
      if (best === first) throw shutsOut(hamiltonian, equation.dimension, t, where);
      // From inside, once more.
      return at(t, p, a);
    }
    if (hasEqual && first === best) a.set(equal);
    if (endless) suspects.add(p);
    else suspects.delete(p);
    return first - best;
  };
  return { at, value: () => sign * best, suspects };
}

/** Whether what one of two controls is worth depends on the other: where rows are not linear in σσᵀ, two of it do. */
function goTogether({ together, inDiffusion }: ControlledEquation, linear: boolean): (i: number, j: number) => boolean {
  return (i, j) => i !== j && (together(i, j) || (!linear && inDiffusion[i] && inDiffusion[j]));
}

/** Places of intervals that are searched one after the other but go together, with all that they go with: one alone may be at its best where two are not. NaN for the others. */
function latticeOf(equation: ControlledEquation, set: ControlSet, linear: boolean): Float64Array[] {
  const { controls: q } = equation;
  const beside = goTogether(equation, linear);
  const intervals = [
    ...set.searched.map(({ index }) => index),
    ...set.quadratic,
    ...set.given.map(({ index }) => index),
  ]
    .filter((j, at, all) => all.indexOf(j) === at)
    .filter((j) => Number.isFinite(set.upper[j] - set.lower[j]));
  const searched = set.searched.map(({ index }) => index);
  const joined = intervals
    .filter((j) => intervals.some((i) => beside(i, j) && (searched.includes(i) || searched.includes(j))))
    .slice(0, MOST_JOINED);
  if (joined.length < 2) return [];
  const shares = joined.length === 2 ? [0, 1, 1 / 2, 1 / 4, 3 / 4] : [0, 1, 1 / 2];
  return joined.reduce<Float64Array[]>(
    (heads, j) =>
      heads.flatMap((head) =>
        shares.map((share) => {
          const place = head.slice();
          place[j] = share === 1 ? set.upper[j] : set.lower[j] + share * (set.upper[j] - set.lower[j]);
          return place;
        }),
      ),
    [new Float64Array(q).fill(Number.NaN)],
  );
}

/** The ends of all intervals that have some. */
function cornersOf({ lower, upper, combinations }: ControlSet): Float64Array[] {
  const [first] = combinations;
  return Array.from(first, (_, j) => j).reduce<Float64Array[]>(
    (heads, j) =>
      heads.flatMap((head) =>
        [lower[j], upper[j]].filter(Number.isFinite).map((end) => {
          const corner = head.slice();
          corner[j] = end;
          return corner;
        }),
      ),
    [Float64Array.from(first, (value) => (Number.isNaN(value) ? 0 : value))],
  );
}

function shutsOut({ point }: NodeHamiltonian, d: number, t: number, where: string): SdeError {
  return new SdeError('value', {
    what: 'no control keeps the state inside a side across which nothing diffuses',
    where: `${where}(…, { boundary }) at t = ${t}, x = (${Array.from(point.subarray(0, d)).join(', ')})`,
    expected:
      'on a reflecting or degenerate side without diffusion across it, some control whose drift does not point out',
    got: 'drift out of the side, or diffusion across a degenerate one, under every control that was tried',
    remedy:
      "allow controls that keep the state in, move the side, or say what is paid there with { kind: 'dirichlet', value }",
  });
}

/** Considers evenly spaced values of one control, the others as they are in `from`, and a golden section about the best of them, which it gives. */
function search(
  hamiltonian: NodeHamiltonian,
  { lower, upper }: ControlSet,
  sign: 1 | -1,
  index: number,
  points: number,
  from: Float64Array,
  a: Float64Array,
  consider: (candidate: Float64Array, a: Float64Array) => void,
): number {
  const trial = from.slice();
  const [low, high] = [lower[index], upper[index]];
  const spacing = (high - low) / (points - 1);
  const value = (at: number): number => {
    trial[index] = at;
    const found = sign * hamiltonian.at(trial);
    return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
  };
  let [place, least] = [from[index], value(from[index])];
  for (let i = 0; i < points; i++) {
    const at = i === points - 1 ? high : low + i * spacing;
    const found = value(at);
    if (found < least) [place, least] = [at, found];
  }
  let [left, right] = [Math.max(place - spacing, low), Math.min(place + spacing, high)];
  let [x, y] = [right - GOLDEN * (right - left), left + GOLDEN * (right - left)];
  let [below, above] = [value(x), value(y)];
  for (let section = 0; section < SECTIONS; section++) {
    if (below <= above) {
      [right, y, above] = [y, x, below];
      x = right - GOLDEN * (right - left);
      below = value(x);
    } else {
      [left, x, below] = [x, y, above];
      y = left + GOLDEN * (right - left);
      above = value(y);
    }
  }
  for (const at of [place, left, x, y, right]) {
    trial[index] = at;
    consider(trial, a);
  }
  return place;
}

/** Proposals at the node where the Hamiltonian is: `begin` at a time from a base, then one for each branch of the differences. */
interface ClosedForms {
  begin(t: number, base: Float64Array): (branch: ArrayLike<number>, out: Float64Array) => boolean;
}

function closedForms(
  equation: ControlledEquation,
  set: ControlSet,
  hamiltonian: NodeHamiltonian,
  sign: 1 | -1,
  where: string,
): ClosedForms {
  const { dimension: d, count, names } = equation;
  const { quadratic: chosen } = set;
  const n = chosen.length;
  const compiled = n > 0 ? equation.quadratic(chosen) : undefined;
  if (n > 0 && !compiled) {
    throw notQuadratic(
      chosen.map((j) => names[j]),
      where,
    );
  }
  const weights = new Float64Array(count);
  const slopes = new Float64Array(n * count);
  const curvatures = new Float64Array(n * n * count);
  const [g, Q, minimum] = [new Float64Array(n), new Float64Array(n * n), new Float64Array(n)];
  const [lower, upper] = [set.lower, set.upper].map((bound) => Float64Array.from(chosen, (j) => bound[j]));
  const formula = new Float64Array(d + 1 + 2 * d + pairsOf(d).length);
  const contract = (table: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let entry = 0; entry < count; entry++) sum += table[i * count + entry] * weights[entry];
      out[i] = sign * sum;
    }
  };
  return {
    begin: (t, base) => {
      const point = hamiltonian.point;
      point.set(base, d);
      for (const j of chosen) point[d + j] = 0;
      compiled?.slopes(t, point, slopes);
      compiled?.curvatures(t, point, curvatures);
      return (branch, out) => {
        hamiltonian.derivatives(branch, weights);
        if (n > 0) {
          contract(slopes, g);
          contract(curvatures, Q);
          chosen.forEach((j, i) => {
            minimum[i] = base[j];
          });
          if (!boxMinimum(g, Q, lower, upper, minimum)) return false;
          chosen.forEach((j, i) => {
            out[j] = minimum[i];
          });
        }
        if (set.given.length > 0) {
          formula.set(point.subarray(0, d));
          formula[d] = hamiltonian.value();
          formula.set(weights.subarray(0, count - 2), d + 1);
          // What multiplies a_kk / 2 is V_kk itself.
          for (const { index, minimizer } of set.given) {
            const value = minimizer.evaluate(t, formula);
            if (Number.isNaN(value)) return false;
            out[index] = Math.min(Math.max(value, set.lower[index]), set.upper[index]);
            if (!Number.isFinite(out[index])) return false;
          }
        }
        return true;
      };
    },
  };
}

/** The first differences that axes may take, one term an axis: every combination of those that are `free`. */
function branchesOf(free: readonly boolean[], rule: DriftDifference): Int32Array[] {
  const kinds = rule === 'upwind' ? [FALLING, RISING] : [CENTRAL, FALLING, RISING];
  return free
    .reduce<number[][]>(
      (heads, along, k) =>
        heads.flatMap((head) => (along ? kinds : kinds.slice(0, 1)).map((kind) => [...head, TERMS * k + kind])),
      [[]],
    )
    .map((branch) => Int32Array.from(branch));
}

function notQuadratic(names: readonly string[], where: string): SdeError {
  return new SdeError('unsupported', {
    what: `the equation is not quadratic in ${names.join(', ')}`,
    where: `${where}({ controls })`,
    expected: 'drift, σσᵀ, discount and running cost of degree 2 in the controls of plain intervals, taken together',
    got: 'a higher degree, or another function of them',
    remedy: "give the best value as { minimizer: 'formula in V_x, …' }, or { lower, upper, search: 33 }",
  });
}

function fittedDifferences(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'closed-form controls with fitted differences',
    where: `${where}(…, { drift })`,
    expected: "'hybrid', 'upwind' or 'central'",
    got: "'exponential'",
    remedy: "use 'hybrid', or controls from a list or a search",
  });
}
