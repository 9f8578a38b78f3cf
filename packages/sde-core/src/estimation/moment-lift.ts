import { gradient } from '../expression/differentiate.js';
import { type Node, graph as newGraph } from '../expression/graph.js';
import { operandsFirst } from '../expression/order.js';
import { carry } from '../kernels/carry.js';
import type { Chain, TracedChain } from '../paths/chain.js';
import type { TerminalFunctional } from '../paths/program.js';
import type { Outcome } from '../randomness/driver.js';
import { type Rounded, roundedValues } from './rounded-value.js';

/** x ↦ A x + b: what one outcome makes of a state. Entries with what rounding may have added. */
interface AffineMap {
  readonly probability: number;
  /** Shape (d, d). */
  readonly A: readonly (readonly Rounded[])[];
  /** Shape (d). */
  readonly b: readonly Rounded[];
}

/**
 * E φ(X_N) of a chain whose step is affine in the state, for φ a polynomial of degree at most 2: the mean moves by E[A] m + E[b], the covariance by
 * E[A C Aᵀ] + E[δ δᵀ] with δ = (A − E[A]) m + b − E[b]. Any number of steps; exact to rounding, of which `error` is a bound to first order.
 *
 * Central moments lose no digits to the size of the mean: nothing but squares is added. E φ = φ(m) + ½ tr(φ″ C). Both are decided from the
 * formulas, not from values. Undefined where a step or φ has none, or another degree. O(N · outcomes · d³).
 */
export function liftedExpectation(
  chain: Chain,
  outcomes: readonly Outcome[],
  functional: TerminalFunctional,
): Rounded | undefined {
  const { traced, steps, x0 } = chain;
  if (!traced || !functional.trace || traced.step.calls.length > 0) return undefined;
  const { next, state } = traced.step;
  if (next.some((node) => degree(node, state) > 1)) return undefined;
  const own = newGraph();
  const symbols = Array.from(x0, (_, i) => own.symbol(`x${i}`));
  const phi = functional.trace(own, symbols);
  if (degree(phi, symbols) > 2) return undefined;

  const mapsAt = affineMaps(traced, outcomes);
  let mean: readonly Rounded[] = Array.from(x0, (value) => ({ value, error: 0 }));
  let C: readonly (readonly Rounded[])[] = mean.map(() => mean.map(() => ZERO));
  for (let n = 0; n < steps; n++) {
    const maps = mapsAt(n);
    const A = mean.map((_, i) => mean.map((_, j) => meanOf(maps, ({ A }) => A[i][j])));
    const b = mean.map((_, i) => meanOf(maps, ({ b }) => b[i]));
    const deltas = maps.map((map) =>
      mean.map((_, i) => plus(...mean.map((m, j) => times(minus(map.A[i][j], A[i][j]), m)), minus(map.b[i], b[i]))),
    );
    const moved = maps.map((map) => conjugate(map.A, C));
    C = mean.map((_, i) =>
      mean.map((_, j) =>
        plus(
          ...maps.map(({ probability }, k) =>
            times({ value: probability, error: 0 }, plus(moved[k][i][j], times(deltas[k][i], deltas[k][j]))),
          ),
        ),
      ),
    );
    mean = mean.map((_, i) => plus(...mean.map((m, j) => times(A[i][j], m)), b[i]));
  }
  const places = new Map(symbols.map((symbol, i) => [symbol, mean[i]]));
  const slopes = gradient(own, phi, symbols);
  const bends = slopes.map((slope) => roundedValues(gradient(own, slope, symbols), places));
  const [center] = roundedValues([phi], places);
  const half = { value: 1 / 2, error: 0 };
  return plus(center, ...bends.flatMap((row, i) => row.map((bend, j) => times(half, times(bend, C[i][j])))));
}

const ZERO: Rounded = { value: 0, error: 0 };

/** The maps of step n, an outcome each; made once where no step knows the time. */
function affineMaps({ step, grid }: TracedChain, outcomes: readonly Outcome[]): (n: number) => readonly AffineMap[] {
  const { state, noise, time, before } = step;
  const nodes = newGraph();
  const next = carry(nodes, step.next, (symbol) => nodes.symbol(symbol.name));
  const renamed = (symbol: Node): Node => nodes.symbol(symbol.name);
  const at = state.map(renamed);
  const rows = next.map((node) => gradient(nodes, node, at));
  const outputs = [...next, ...rows.flat()];
  const d = state.length;
  const maps = (n: number): readonly AffineMap[] =>
    outcomes.map(({ probability, noise: values }) => {
      const found = roundedValues(
        outputs,
        new Map<Node, Rounded>([
          ...at.map((symbol): [Node, Rounded] => [symbol, ZERO]),
          ...noise.map((symbol, j): [Node, Rounded] => [renamed(symbol), { value: values[j], error: 0 }]),
          [renamed(time), { value: grid.start(n), error: 0 }],
          [renamed(before), { value: grid.before(n), error: 0 }],
        ]),
      );
      return {
        probability,
        b: found.slice(0, d),
        A: state.map((_, i) => found.slice(d + i * d, d + (i + 1) * d)),
      };
    });
  const clocks = [renamed(time), renamed(before)];
  if (operandsFirst(outputs).some((node) => clocks.includes(node))) return maps;
  const always = maps(0);
  return () => always;
}

/** Σ p f, around the first: a number that all share is left as it is. */
function meanOf(maps: readonly AffineMap[], f: (map: AffineMap) => Rounded): Rounded {
  const first = f(maps[0]);
  return plus(first, ...maps.map((map) => times({ value: map.probability, error: 0 }, minus(f(map), first))));
}

/** A C Aᵀ. */
function conjugate(
  A: readonly (readonly Rounded[])[],
  C: readonly (readonly Rounded[])[],
): readonly (readonly Rounded[])[] {
  const half = A.map((row) => C.map((_, j) => plus(...row.map((entry, k) => times(entry, C[k][j])))));
  return half.map((row) => A.map((other) => plus(...row.map((entry, k) => times(entry, other[k])))));
}

/** Σ of terms, from the first one. */
function plus(...terms: readonly Rounded[]): Rounded {
  let { value, error } = ZERO;
  for (const term of terms) {
    const sum = value + term.value;
    error += term.error + (value === 0 || term.value === 0 ? 0 : (Number.EPSILON / 2) * Math.abs(sum));
    value = sum;
  }
  return { value, error };
}

/** a − b; numbers with one value are one number, rounded once. */
function minus(a: Rounded, b: Rounded): Rounded {
  if (a.value === b.value) return ZERO;
  const value = a.value - b.value;
  return { value, error: a.error + b.error + (Number.EPSILON / 2) * Math.abs(value) };
}

function times(a: Rounded, b: Rounded): Rounded {
  const value = a.value * b.value;
  const error = Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error;
  // 1 · b is b.
  const exact = Math.abs(a.value) === 1 || Math.abs(b.value) === 1 || value === 0;
  return { value, error: exact ? error : error + (Number.EPSILON / 2) * Math.abs(value) };
}

/** The degree in some symbols, as the formula shows it: ∞ for what is no polynomial in them. */
function degree(node: Node, symbols: readonly Node[]): number {
  const degrees = new Map<Node, number>();
  for (const part of operandsFirst([node])) {
    const of = part.operands.map((operand) => degrees.get(operand) ?? 0);
    degrees.set(part, degreeOf(part, of, symbols));
  }
  return degrees.get(node) ?? 0;
}

function degreeOf(part: Node, of: readonly number[], symbols: readonly Node[]): number {
  switch (part.operation) {
    case 'constant':
      return 0;
    case 'symbol':
      return symbols.includes(part) ? 1 : 0;
    case 'negate':
    case 'add':
    case 'subtract':
      return Math.max(...of);
    case 'multiply':
      return of[0] + of[1];
    case 'divide':
      return of[1] === 0 ? of[0] : Number.POSITIVE_INFINITY;
    case 'power': {
      const exponent = part.operands[1];
      const whole = exponent.operation === 'constant' && Number.isInteger(exponent.value) && exponent.value >= 0;
      return whole ? of[0] * exponent.value : Math.max(...of) === 0 ? 0 : Number.POSITIVE_INFINITY;
    }
    default:
      return Math.max(...of) === 0 ? 0 : Number.POSITIVE_INFINITY;
  }
}
