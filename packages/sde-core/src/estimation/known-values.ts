import { graph, type Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';
import type { Chain } from '../paths/chain.js';
import type { TerminalFunctional } from '../paths/program.js';

/** What the formula of a functional says of its values before any is drawn: they lie in [lowest, highest], and among `values` if those are few. */
export interface KnownValues {
  readonly lowest: number;
  readonly highest: number;
  /** All values that it can take, ascending, where they are at most {@link MOST_VALUES}. */
  readonly values?: readonly number[];
}

const MOST_VALUES = 16;
/** What is known of nothing. */
export const ANY: KnownValues = { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };

/**
 * The values of a functional on a chain, by interval arithmetic on its formula over all states: what it says holds, and what it cannot decide is
 * unbounded. A closure says nothing. Where no step uses its noise, the one value there is.
 */
export function knownValues(
  chain: Chain,
  functional: TerminalFunctional,
  options: { antithetic?: boolean },
): KnownValues {
  if (isDeterministic(chain, functional)) return one(endOf(chain, functional));
  if (!functional.trace) return ANY;
  const nodes = graph();
  const state = Array.from(chain.x0, (_, i) => nodes.symbol(`x${i}`));
  const ranges = new Map(state.map((symbol, i): [Node, KnownValues] => [symbol, chain.ranges?.[i] ?? ANY]));
  const known = ofNode(functional.trace(nodes, state), ranges);
  // A pair has the mean of two values.
  if (!options.antithetic || known.values?.length === 1) return known;
  return { lowest: known.lowest, highest: known.highest };
}

/** Whether no state that φ needs has a random variable in its step, nor any that those need. */
function isDeterministic({ driver, traced, x0 }: Chain, functional: TerminalFunctional): boolean {
  if (driver.size === 0) return true;
  if (!traced || traced.step.calls.length > 0) return false;
  const { noise, next, state } = traced.step;
  const random = new Set<Node>(noise);
  const all = Array.from(x0.keys());
  const needs = (outputs: readonly Node[]): readonly number[] => {
    const parts = new Set(operandsFirst(outputs));
    return all.filter((i) => parts.has(state[i]));
  };
  const nodes = graph();
  const own = all.map((i) => nodes.symbol(`x${i}`));
  const used = functional.trace && new Set(operandsFirst([functional.trace(nodes, own)]));
  const reached = new Set(used ? all.filter((i) => used.has(own[i])) : all);
  // What is added on the way is visited too.
  for (const i of reached) for (const j of needs([next[i]])) reached.add(j);
  return !operandsFirst([...reached].map((i) => next[i])).some((node) => random.has(node));
}

function endOf({ x0, steps, step, dimension, driver }: Chain, functional: TerminalFunctional): number {
  let [now, next] = [Float64Array.from(x0), new Float64Array(dimension)];
  const noise = new Float64Array(driver.size);
  for (let n = 0; n < steps; n++) {
    step(n, now, noise, next);
    [now, next] = [next, now];
  }
  return functional.value(now);
}

/** Values of a node whose symbols may be anything, unless it is said. */
export function ofNode(output: Node, ranges: ReadonlyMap<Node, KnownValues> = new Map()): KnownValues {
  const known = new Map<Node, KnownValues>(ranges);
  for (const node of operandsFirst([output])) {
    if (known.has(node)) continue;
    known.set(
      node,
      valuesOf(
        node,
        node.operands.map((of) => known.get(of) ?? ANY),
      ),
    );
  }
  return known.get(output) ?? ANY;
}

const one = (value: number): KnownValues => ({ lowest: value, highest: value, values: [value] });
const TRUTH: KnownValues = { lowest: 0, highest: 1, values: [0, 1] };

function valuesOf(node: Node, operands: readonly KnownValues[]): KnownValues {
  if (node.operation === 'constant') return Number.isFinite(node.value) ? one(node.value) : ANY;
  if (node.operation === 'symbol') return ANY;
  const listed = eachOf(node.operation, operands);
  if (listed) return listed;
  const range = rangeOf(node, node.operation, operands);
  return range.lowest <= range.highest ? range : ANY;
}

/** Every value of an operation whose operands have few. */
function eachOf(
  operation: Exclude<Node['operation'], 'constant' | 'symbol'>,
  operands: readonly KnownValues[],
): KnownValues | undefined {
  let lists: number[][] = [[]];
  for (const { values } of operands) {
    if (!values || lists.length * values.length > MOST_VALUES * MOST_VALUES) return undefined;
    lists = lists.flatMap((list) => values.map((value) => [...list, value]));
  }
  // An operation's arity is that of its operands.
  const compute = numbers[operation] as (...of: number[]) => number;
  const values = [...new Set(lists.map((list) => compute(...list)))].sort((a, b) => a - b);
  if (!values.every(Number.isFinite)) return ANY;
  const ends = { lowest: values[0], highest: values[values.length - 1] };
  return values.length <= MOST_VALUES ? { ...ends, values } : ends;
}

function rangeOf(node: Node, operation: Node['operation'], [x, y, z]: readonly KnownValues[]): KnownValues {
  const range = (lowest: number, highest: number): KnownValues => ({ lowest, highest });
  switch (operation) {
    case 'less':
    case 'lessOrEqual':
    case 'equal':
    case 'and':
    case 'or':
    case 'not':
      return TRUTH;
    case 'sign':
      return { lowest: -1, highest: 1, values: [-1, 0, 1] };
    case 'select':
      return union(y, z);
    case 'negate':
      return range(-x.highest, -x.lowest);
    case 'add':
      return range(x.lowest + y.lowest, x.highest + y.highest);
    case 'subtract':
      return range(x.lowest - y.highest, x.highest - y.lowest);
    case 'multiply':
      return node.operands[0] === node.operands[1] ? square(x) : product(x, y);
    case 'divide':
      return y.lowest > 0 || y.highest < 0 ? product(x, range(1 / y.highest, 1 / y.lowest)) : ANY;
    case 'minimum':
      return range(Math.min(x.lowest, y.lowest), Math.min(x.highest, y.highest));
    case 'maximum':
      return range(Math.max(x.lowest, y.lowest), Math.max(x.highest, y.highest));
    case 'abs':
      return range(Math.max(0, x.lowest, -x.highest), Math.max(-x.lowest, x.highest));
    case 'power': {
      const { value } = node.operands[1];
      if (x.lowest >= 0 && value > 0) return range(numbers.power(x.lowest, value), numbers.power(x.highest, value));
      return value % 2 === 0 ? range(0, Number.POSITIVE_INFINITY) : ANY;
    }
    case 'sin':
    case 'cos':
      return range(-1, 1);
    case 'asin':
    case 'acos':
    case 'atan2':
      return range(-Math.PI, Math.PI);
    case 'cosh':
      return range(1, Number.POSITIVE_INFINITY);
    case 'acosh':
      return range(0, Number.POSITIVE_INFINITY);
    case 'exp':
    case 'expm1':
    case 'tanh':
    case 'atan':
    case 'sinh':
    case 'asinh':
    case 'erf':
    case 'normalCdf':
    case 'cbrt':
      return range(rising(operation, x.lowest), rising(operation, x.highest));
    case 'sqrt':
    case 'log':
    case 'log1p': {
      const edge = operation === 'log1p' ? -1 : 0;
      return range(rising(operation, Math.max(edge, x.lowest)), rising(operation, Math.max(edge, x.highest)));
    }
    default:
      return ANY;
  }
}

type Rising =
  | 'exp'
  | 'expm1'
  | 'tanh'
  | 'atan'
  | 'sinh'
  | 'asinh'
  | 'erf'
  | 'normalCdf'
  | 'cbrt'
  | 'sqrt'
  | 'log'
  | 'log1p';

/** An increasing function at the ends of a range; at infinity its limit. */
function rising(operation: Rising, x: number): number {
  if (Number.isFinite(x)) return numbers[operation](x);
  const limits: Partial<Record<Rising, readonly [number, number]>> = {
    exp: [0, x],
    expm1: [-1, x],
    tanh: [-1, 1],
    atan: [-Math.PI / 2, Math.PI / 2],
    erf: [-1, 1],
    normalCdf: [0, 1],
  };
  return (limits[operation] ?? [x, x])[x < 0 ? 0 : 1];
}

const union = (x: KnownValues, y: KnownValues): KnownValues => {
  const values = x.values && y.values && [...new Set([...x.values, ...y.values])].sort((a, b) => a - b);
  const ends = { lowest: Math.min(x.lowest, y.lowest), highest: Math.max(x.highest, y.highest) };
  return values && values.length <= MOST_VALUES ? { ...ends, values } : ends;
};

/** A finite number times 0 is 0, however large it may be. */
const times = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);

function product(x: KnownValues, y: KnownValues): KnownValues {
  const corners = [
    times(x.lowest, y.lowest),
    times(x.lowest, y.highest),
    times(x.highest, y.lowest),
    times(x.highest, y.highest),
  ];
  return { lowest: Math.min(...corners), highest: Math.max(...corners) };
}

function square(x: KnownValues): KnownValues {
  const least = Math.max(0, x.lowest, -x.highest);
  return { lowest: least * least, highest: Math.max(x.lowest * x.lowest, x.highest * x.highest) };
}
