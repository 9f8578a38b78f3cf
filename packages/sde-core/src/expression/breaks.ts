import { powerOfTwo } from '../numerics/bits.js';
import type { Graph, Node } from './graph.js';
import { requireNodes } from './node.js';
import { numbers } from './numbers.js';
import { operandsFirst, symbolsOf } from './order.js';
import { requireGraph } from './require-graph.js';
import { samplePoint } from './zero.js';

/** A place where a formula is not smooth: where `locus` vanishes. */
export interface Break {
  /** `jump`: the value jumps there, or cannot be shown not to. `kink`: the value is continuous, its slope is not. */
  readonly kind: 'jump' | 'kink';
  /** A node that is 0 there and has another sign on either side. */
  readonly locus: Node;
}

/**
 * Where nodes of one graph jump or kink, read off their operations.
 *
 * Comparisons vanish where their sides are equal; `sign`, `abs`, `cbrt`, `sqrt` and powers that are not whole where the operand does; `min` and `max` where
 * two tie; `atan2` on its cut. Whether the value jumps there is found by looking at both sides of the locus at points of it: a conditional whose branches
 * agree is a kink, and so is `x*sign(x)`. Where no point of the locus is found, or none can be looked for because the formula has too many, it counts as a jump; an edge of the domain, as of `sqrt(x)`, is neither. Symbols have to be states and time: parameters are
 * to be replaced by their values first.
 *
 * Cost: one pass over the graph where everything is smooth, and some hundred evaluations a locus; at most about 2·10^7 operations in all.
 *
 * @example
 * import { expression } from 'sde-core';
 * import { breaks, print } from 'sde-core/expression';
 * const { graph, node } = expression('x > 1 ? x - 1 : 0', { state: ['x'] });
 * breaks(graph, [node])[0].kind; // → kink
 * print(breaks(graph, [node])[0].locus); // → 1 - x
 */
export function breaks(graph: Graph, nodes: readonly Node[]): Break[] {
  requireGraph(graph, 'breaks(graph, nodes)');
  requireNodes(nodes, 'breaks(graph, nodes)');
  const loci = new Set<Node>();
  for (const part of operandsFirst(nodes)) {
    const locus = locusOf(graph, part);
    if (locus && locus.operation !== 'constant') loci.add(signless(locus));
  }
  const work = { left: MOST_OPERATIONS };
  return [...loci].flatMap((locus): Break[] => {
    const seen = nodes.map((node) => sidesOf(node, locus, work));
    if (seen.includes('jump')) return [{ locus, kind: 'jump' }];
    return seen.includes('kink') ? [{ locus, kind: 'kink' }] : [];
  });
}

/** What vanishes where an operation is not smooth in its operands. */
function locusOf(graph: Graph, { operation, operands: [x, y] }: Node): Node | undefined {
  switch (operation) {
    case 'less':
    case 'lessOrEqual':
    case 'equal':
    case 'minimum':
    case 'maximum':
      return graph.subtract(x, y);
    case 'abs':
    case 'sign':
    case 'cbrt':
    case 'sqrt':
    case 'atan2':
      return root(x);
    case 'power':
      return y.operation === 'constant' && Number.isInteger(y.value) && y.value >= 0 ? undefined : root(x);
    default:
      return undefined;
  }
}

/** g for g·g and |g|, which vanish at the same places and do not change their sign; none for min and max, which have loci of their own. */
function root(node: Node): Node | undefined {
  const [x, y] = node.operands;
  if (node.operation === 'minimum' || node.operation === 'maximum') return undefined;
  return node.operation === 'abs' || (node.operation === 'multiply' && x === y) ? root(x) : node;
}

/** The same locus without a sign in front. */
const signless = (node: Node): Node => (node.operation === 'negate' ? node.operands[0] : node);

/** Operations of graphs, interpreted, that are spent on looking at both sides: about half a second. */
const MOST_OPERATIONS = 2e7;

/** Points at which a locus is looked for, and as far as to what power of two on either side of 0. */
const POINTS = 6;
const [SMALLEST, LARGEST] = [-6, 20];
const HALVINGS = 200;
/** Relative to its coordinate, how far from the locus both sides are looked at: a root of order 4 changes by a factor 8 from one to the other, a jump by none. */
const [FARTHER, NEARER] = [2 ** -28, 2 ** -40];
/** Relative to the values, a difference that is rounding; and how many times the blur of a locus one that is not. */
const ROUNDING = 2 ** -44;
const BLUR = 4;

/** What a node does across a locus at any point of it that is found, a jump if none is; nothing where it does not hold it, or has no value on one side. */
function sidesOf(node: Node, locus: Node, work: { left: number }): Break['kind'] | 'nothing' {
  if (work.left <= 0) return 'jump';
  const order = operandsFirst([node, locus]);
  if (!isWithin(node, locus)) return 'nothing';
  const symbols = order.filter((part) => part.operation === 'symbol');
  const values = valuesOf(node, locus, order);
  const moving = operandsFirst([locus]).filter((part) => part.operation === 'symbol');
  let [found, seen] = [false, false];
  for (let n = 0; n < POINTS && work.left > 0; n++) {
    // Of both signs: the second half of the fixed sequence.
    const point = samplePoint(symbols, n < POINTS / 2 ? n : 32 + n);
    for (const symbol of moving) {
      const moved = { ...point };
      const at = (s: number, value: At): number => {
        work.left -= order.length;
        moved[symbol.name] = s;
        return value(moved);
      };
      for (const [low, high] of crossings((s) => at(s, values.locus))) {
        found = true;
        const scale = Math.max(Math.abs(low), Math.abs(high), powerOfTwo(SMALLEST));
        const [far, near] = [FARTHER * scale, NEARER * scale].map((gap) => {
          const [below, above] = [at(low - gap, values.node), at(high + gap, values.node)];
          // What one side changes by where it is seen from the other end of the bracket: the locus is known no better than that.
          const blur = Math.abs(at(high - gap, values.node) - below) + Math.abs(at(low + gap, values.node) - above);
          const rounding = ROUNDING * (Math.abs(above) + Math.abs(below));
          return { change: Math.abs(above - below), none: BLUR * blur + rounding };
        });
        if (!Number.isFinite(far.change + near.change)) continue;
        seen = true;
        if (near.change > near.none && near.change > far.change / 2) return 'jump';
      }
    }
  }
  return seen ? 'kink' : found ? 'nothing' : 'jump';
}

/** Whether a node depends on all symbols of a locus: without them it does not hold it. */
function isWithin(node: Node, locus: Node): boolean {
  const own = symbolsOf(node);
  return symbolsOf(locus).every((symbol) => own.includes(symbol));
}

/** Neighboring numbers, or nearly, between which a function changes its sign: along ± powers of two and 0. */
function crossings(f: (s: number) => number): [number, number][] {
  const powers = Array.from({ length: LARGEST - SMALLEST + 1 }, (_, k) => powerOfTwo(SMALLEST + k));
  const places = [...powers.map((s) => -1.1 * s).reverse(), 0.013, ...powers.map((s) => 1.1 * s)];
  const values = places.map(f);
  const found: [number, number][] = [];
  for (let i = 1; i < places.length; i++) {
    if (!(values[i - 1] < 0 !== values[i] < 0) || Number.isNaN(values[i - 1] + values[i])) continue;
    let [low, high] = [places[i - 1], places[i]];
    const negative = values[i - 1] < 0;
    for (let step = 0; step < HALVINGS; step++) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      if (f(middle) < 0 === negative) low = middle;
      else high = middle;
    }
    found.push([low, high]);
  }
  return found;
}

/** A value at the values of some symbols. */
type At = (values: Readonly<Record<string, number>>) => number;

/** The values of two nodes, interpreted: what is to be looked at some hundred times is not worth compiling. */
function valuesOf(node: Node, locus: Node, order: readonly Node[]): { readonly node: At; readonly locus: At } {
  const places = new Map(order.map((part, i) => [part, i]));
  const at = new Float64Array(order.length);
  const tape = order.map((part, i): ((values: Readonly<Record<string, number>>) => number) => {
    const { operation } = part;
    if (operation === 'constant') return () => part.value;
    if (operation === 'symbol') return (values) => values[part.name];
    const [x, y, z] = part.operands.map((operand) => places.get(operand) ?? i);
    // As many operands as the operation takes.
    const compute = numbers[operation] as (...operands: number[]) => number;
    if (part.operands.length === 1) return () => compute(at[x]);
    return part.operands.length === 2 ? () => compute(at[x], at[y]) : () => compute(at[x], at[y], at[z]);
  });
  const upTo = (wanted: Node): At => {
    const end = places.get(wanted) ?? 0;
    return (values) => {
      for (let i = 0; i <= end; i++) at[i] = tape[i](values);
      return at[end];
    };
  };
  return { node: upTo(node), locus: upTo(locus) };
}
