import { SdeError } from 'sde-core';
import { type Grid, nodeAt } from '../grid/grid.js';
import type { DriftDifference } from '../operators/assembly.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import { CENTRAL, FALLING, RISING, TERMS } from '../operators/difference-matrices.js';
import type { NodeEquation } from './averaged-equation.js';
import { boxMinimum } from './box-minimum.js';
import type { ControlSet } from './control-set.js';
import type { ControlledEquation } from './controlled-equation.js';
import { goldenPlaces } from './golden-section.js';
import { hamiltonianValue, type NodeHamiltonian } from './node-hamiltonian.js';

/** Relative to the size of the terms of a Hamiltonian, a gain that is rounding. */
const ROUNDING = 2 ** -40;
/** Relative to its length, how closely the place where another difference is taken is found on a segment. */
const SWITCHING = 2 ** -48;
/** The most searched controls whose places are tried together. */
const MOST_JOINED = 5;

/** What became of the controls of one node. */
export interface Improvement {
  /** By how much H_p gained, 0 for no more than rounding. */
  readonly gain: number;
  /** H_p at the controls that are left. */
  readonly best: number;
  /** A closed form had no least, though what was found before may be one: see {@link requireLeast}. */
  readonly endless: boolean;
  /** The direction in which it fell without end, shape (q), if that is of several controls together. */
  readonly way?: Float64Array;
}

/** Replaces the controls `a`, shape (q), of node p by better ones, if there are any. */
export type Improve = (hamiltonian: NodeHamiltonian, p: number, a: Float64Array) => Improvement;

/** What controls are chosen for. */
export interface Choice {
  readonly node: NodeEquation;
  readonly set: ControlSet;
  readonly grid: Grid;
  /** Rows are linear in σσᵀ. */
  readonly linear: boolean;
  /** 1 to minimize, −1 to maximize. */
  readonly sign: 1 | -1;
  /** How first derivatives are taken. */
  readonly rule: DriftDifference;
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
export function policyImprovement(choice: Choice, where: string): Improve {
  const { set, grid, linear, sign, rule } = choice;
  const { equation } = choice.node;
  const { controls: q } = equation;
  const proposes = set.quadratic.length + set.given.length > 0;
  if (proposes && rule === 'exponential') throw fittedDifferences(where);
  const propose = proposes ? closedForms(choice, where) : undefined;
  const { dimension: d, moved } = equation;
  // Where no control enters, all controls have the same difference; where rows are not linear in σσᵀ, a control of any of it may enter.
  const free = moved.map((along) => along || (!linear && equation.inDiffusion.includes(true)));
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
  let way: Float64Array | undefined;
  const found = hamiltonianValue(d);
  const lattice = latticeOf(equation, set, linear);
  const beside = goTogether(equation, linear);
  /** What a listed control is worth depends on one that is searched: every combination has a search of its own. */
  const mixed = set.searched.some(({ index }) => set.lists.some((list, j) => list && beside(index, j)));

  /** Takes a control if it is better by more than rounding. */
  const consider = ({ hamiltonian, p, a }: Node, candidate: Float64Array): void => {
    last = sign * hamiltonian.evaluate(p, candidate, found);
    if (!(best - last > threshold)) return;
    best = last;
    a.set(candidate);
  };
  const tryBranches = (node: Node): void => {
    if (!propose) return;
    let beyond = 0;
    const { a } = node;
    const begin = propose(node, base);
    for (const branch of branches) {
      for (let k = 0; k < d; k++) if (!free[k]) branch[k] = taken[k];
      trial.set(base);
      if (!begin(branch, trial)) {
        endless = true;
        way = propose.way() ?? way;
        continue;
      }
      if (trial.every((value, j) => value === start[j])) {
        last = first;
        found.chosen.set(taken);
      } else consider(node, trial);
      // The differences that it was found with are not those taken there: the best with them may lie where they cease to be taken.
      if (found.chosen.some((term, k) => term !== branch[k])) outside[beyond++].set(trial);
      else if (!hasEqual && last - first <= threshold && set.lists.every((list, j) => !list || trial[j] === start[j])) {
        hasEqual = true;
        equal.set(trial);
      }
    }
    for (let i = 0; i < beyond; i++) {
      atSwitch(node, outside[i]);
      // One control may be best between two differences of its axis where another is not.
      for (let j = 0; q > 1 && j < q; j++) {
        if (outside[i][j] === a[j]) continue;
        alone.set(a);
        alone[j] = outside[i][j];
        consider(node, alone);
        if (a[j] !== alone[j]) atSwitch(node, alone);
      }
    }
  };
  /** Considers both sides of a place between two controls at which the differences change. */
  const atSwitch = (node: Node, far: Float64Array): void => {
    const { hamiltonian, p, a } = node;
    hamiltonian.evaluate(p, a, found);
    own.set(found.chosen);
    from.set(a);
    const along = (s: number): boolean => {
      for (let j = 0; j < q; j++) trial[j] = from[j] + s * (far[j] - from[j]);
      hamiltonian.evaluate(p, trial, found);
      return found.chosen.every((term, k) => term === own[k]);
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
      consider(node, trial);
    }
  };
  /** Searches an interval with the other controls as they are in `from`; gives the best of it. */
  const search = (node: Node, { index, points }: ControlSet['searched'][number], from: Float64Array): number => {
    const { hamiltonian, p } = node;
    const tried = from.slice();
    const value = (at: number): number => {
      tried[index] = at;
      const here = sign * hamiltonian.evaluate(p, tried, found);
      return Number.isNaN(here) ? Number.POSITIVE_INFINITY : here;
    };
    const span = { low: set.lower[index], high: set.upper[index], points, start: from[index] };
    const places = goldenPlaces(value, span);
    for (const at of places) {
      tried[index] = at;
      consider(node, tried);
    }
    return places[0];
  };
  const improve: Improve = (hamiltonian, p, a) => {
    const node = { hamiltonian, p, a };
    hasEqual = false;
    endless = false;
    way = undefined;
    first = sign * hamiltonian.evaluate(p, a, found);
    const shutOut = !found.admitted;
    if (shutOut) first = Number.POSITIVE_INFINITY;
    best = first;
    threshold = ROUNDING * found.scale;
    taken.set(found.chosen);
    start.set(a);
    for (const combination of set.combinations) {
      for (let j = 0; j < q; j++) base[j] = Number.isNaN(combination[j]) ? start[j] : combination[j];
      if (set.combinations.length > 1) consider(node, base);
      tryBranches(node);
    }
    for (const place of lattice) {
      for (let j = 0; j < q; j++) base[j] = Number.isNaN(place[j]) ? a[j] : place[j];
      consider(node, base);
    }
    if (mixed) {
      for (const combination of set.combinations) {
        for (let j = 0; j < q; j++) base[j] = Number.isNaN(combination[j]) ? start[j] : combination[j];
        for (const searched of set.searched) base[searched.index] = search(node, searched, base);
      }
    }
    for (const searched of set.searched) search(node, searched, a);
    if (shutOut && best === first) {
      for (const corner of cornersOf(set)) consider(node, corner);
      if (best === first) throw shutsOut(grid, p, hamiltonian.t, where);
      // From inside, once more.
      return improve(hamiltonian, p, a);
    }
    if (hasEqual && first === best) a.set(equal);
    return { gain: first - best, best: sign * best, endless, way };
  };
  return improve;
}

/** A node, its controls, and the Hamiltonian for which better ones are looked for. */
interface Node {
  readonly hamiltonian: NodeHamiltonian;
  readonly p: number;
  readonly a: Float64Array;
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

function shutsOut(grid: Grid, p: number, t: number, where: string): SdeError {
  const x = new Float64Array(grid.dimension);
  nodeAt(grid, p, x);
  return new SdeError('value', {
    what: 'no control keeps the state inside a side across which nothing diffuses',
    where: `${where}(…, { boundary }) at t = ${t}, x = (${Array.from(x).join(', ')})`,
    expected:
      'on a reflecting or degenerate side without diffusion across it, some control whose drift does not point out',
    got: 'drift out of the side, or diffusion across a degenerate one, under every control that was tried',
    remedy:
      "allow controls that keep the state in, move the side, or say what is paid there with { kind: 'dirichlet', value }",
  });
}

/** Proposals at a node, from a base: for each branch of the differences one, or false where it has none. */
interface ClosedForms {
  (node: Node, base: Float64Array): (branch: ArrayLike<number>, out: Float64Array) => boolean;
  /** Where the last had none: see {@link boxMinimum}. */
  way(): Float64Array | undefined;
}

function closedForms({ node, set, grid, sign }: Choice, where: string): ClosedForms {
  const { dimension: d, controls: q, count, names } = node.equation;
  const { killing } = coefficientLayout(d);
  const { quadratic: chosen } = set;
  const n = chosen.length;
  const compiled = n > 0 ? node.quadratic(chosen) : undefined;
  if (n > 0 && !compiled) {
    throw notQuadratic(
      chosen.map((j) => names[j]),
      where,
    );
  }
  const point = new Float64Array(d + q);
  const weights = new Float64Array(count);
  const slopes = new Float64Array(n * count);
  const curvatures = new Float64Array(n * n * count);
  const [g, Q, minimum] = [new Float64Array(n), new Float64Array(n * n), new Float64Array(n)];
  const [lower, upper] = [set.lower, set.upper].map((bound) => Float64Array.from(chosen, (j) => bound[j]));
  const [form, bounds] = [
    { g, Q },
    { lower, upper },
  ];
  const formula = new Float64Array(d + 1 + killing);
  const contract = (table: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let entry = 0; entry < count; entry++) sum += table[i * count + entry] * weights[entry];
      out[i] = sign * sum;
    }
  };
  const fallen = new Float64Array(n);
  const way = (): Float64Array | undefined => {
    if (fallen.every((value) => value === 0)) return undefined;
    const direction = new Float64Array(q);
    chosen.forEach((j, i) => {
      direction[j] = fallen[i];
    });
    return direction;
  };
  const propose: (...of: Parameters<ClosedForms>) => ReturnType<ClosedForms> = ({ hamiltonian, p }, base) => {
    const { t, u } = hamiltonian;
    nodeAt(grid, p, point);
    point.set(base, d);
    for (const j of chosen) point[d + j] = 0;
    compiled?.slopes(p, t, point, slopes);
    compiled?.curvatures(p, t, point, curvatures);
    return (branch, out) => {
      hamiltonian.derivatives(p, branch, weights);
      if (n > 0) {
        contract(slopes, g);
        contract(curvatures, Q);
        chosen.forEach((j, i) => {
          minimum[i] = base[j];
        });
        if (!boxMinimum(form, bounds, minimum, fallen)) return false;
        chosen.forEach((j, i) => {
          out[j] = minimum[i];
        });
      }
      if (set.given.length > 0) {
        formula.set(point.subarray(0, d));
        formula[d] = u[p];
        formula.set(weights.subarray(0, killing), d + 1);
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
  };
  return Object.assign(propose, { way });
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
