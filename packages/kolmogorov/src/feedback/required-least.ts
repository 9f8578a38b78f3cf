import { SdeError } from 'sde-core';
import { nodeAt } from '../grid/grid.js';
import type { DiscreteHjb } from './discrete-hjb.js';
import { hamiltonianValue } from './node-hamiltonian.js';
import type { PolicyOutcome } from './policy-iteration.js';

/** Controls so far out, relative to 1 and their size, show whether more is always better. */
const FAR = [2 ** 20, 2 ** 24] as const;
/** Relative to the size of the terms, a gain that may be rounding of the solve. */
const ROUNDING = 2 ** -32;

/**
 * Refuses controls without end by which the Hamiltonian falls without end: then the value is −∞ (for a maximum +∞), whatever was found for it.
 *
 * Nodes on sides of vanishing curvature are left out, where the equation is another.
 *
 * @throws SdeError `value`, with the control and the node.
 */
export function requireLeast(
  made: DiscreteHjb,
  { hamiltonian, suspects, ways }: PolicyOutcome,
  policy: Float64Array,
  where: string,
): void {
  const { sign, grid, set, equation } = made;
  const { sides, fixed } = made.closure;
  const { lower, upper } = set;
  const q = equation.controls;
  const free = Array.from({ length: q }, (_, j) => j).filter((j) => !Number.isFinite(upper[j] - lower[j]));
  if (free.length === 0) return;
  const all = set.given.some(({ index }) => free.includes(index));
  const directions = directionsOf(free, made);
  const found = hamiltonianValue(equation.dimension);
  const trial = new Float64Array(q);
  const onStraight = (p: number): boolean =>
    sides.some((pair, k) => {
      const i = Math.floor(p / grid.strides[k]) % grid.shape[k];
      return (i === 0 && pair[0].kind === 'straight') || (i === grid.shape[k] - 1 && pair[1].kind === 'straight');
    });
  const check = (p: number): void => {
    if (fixed[p] || onStraight(p)) return;
    const a = policy.subarray(p * q, (p + 1) * q);
    const here = sign * hamiltonian.evaluate(p, a, found);
    if (Number.isNaN(here)) return;
    const way = ways?.get(p);
    // Along a direction of several controls all go at one pace.
    const size = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const direction of way ? [...directions, way] : directions) {
      const pace = (j: number): number => 1 + (direction === way ? size : Math.abs(a[j]));
      let before = here;
      const falls = FAR.every((far) => {
        for (let j = 0; j < q; j++) trial[j] = a[j] + direction[j] * far * pace(j);
        const value = sign * hamiltonian.evaluate(p, trial, found);
        const less = before - value > ROUNDING * found.scale;
        before = value;
        return less;
      });
      if (falls) throw endless(made, direction, { t: hamiltonian.t, p }, where);
    }
  };
  if (all) for (let p = 0; p < grid.size; p++) check(p);
  else for (const p of suspects) check(p);
}

/** One control that goes out, or two that go together. */
function directionsOf(
  free: readonly number[],
  { set: { lower, upper }, equation: { controls: q, together } }: DiscreteHjb,
): Float64Array[] {
  const ends = free.flatMap((j) =>
    [-1, 1].filter((end) => !Number.isFinite(end < 0 ? lower[j] : upper[j])).map((end) => ({ j, end })),
  );
  const to = (...outs: readonly { readonly j: number; readonly end: number }[]): Float64Array => {
    const direction = new Float64Array(q);
    for (const { j, end } of outs) direction[j] = end;
    return direction;
  };
  const pairs = ends.flatMap((one) =>
    ends.filter((other) => other.j > one.j && together(one.j, other.j)).map((other) => to(one, other)),
  );
  return [...ends.map((end) => to(end)), ...pairs];
}

function endless(
  { equation, grid, sign }: DiscreteHjb,
  direction: Float64Array,
  { t, p }: { readonly t: number; readonly p: number },
  where: string,
): SdeError {
  const x = new Float64Array(grid.dimension);
  nodeAt(grid, p, x);
  const names = equation.names.filter((_, j) => direction[j] !== 0);
  const place = Array.from(x).join(', ');
  const word = sign === 1 ? 'falls' : 'rises';
  return new SdeError('value', {
    what: `the Hamiltonian ${word} without end in ${names.join(' and ')}, so the value is ${sign === 1 ? '−∞' : '+∞'}`,
    where: `${where}({ controls }) at t = ${t}, x = (${place})`,
    expected: 'controls with bounds, or with a cost that outgrows what they gain',
    got: `${names.map((name, i) => `${name} → ${direction.filter((end) => end !== 0)[i] > 0 ? '+∞' : '−∞'}`).join(', ')}`,
    remedy: `bound ${names.join(' and ')} by { lower, upper }, or give a running cost that grows with it`,
  });
}
