import type { Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';
import { print } from '../expression/print.js';
import type { Chain } from '../paths/chain.js';
import { stateNames } from '../paths/state-names.js';
import { type Key, key } from '../randomness/key.js';
import { noiseSource } from '../randomness/noise.js';
import type { Scheme } from '../schemes/scheme.js';

/** Remedies are tried on this many paths, or as many as take this many steps: about a second for a scheme that iterates. */
const TRIED_PATHS = 256;
const TRIED_STEPS = 1 << 14;
/** A longer expression is not written into a message. */
const LONGEST = 60;
/** Functions without a real value on part of the line. */
const ROOTS: ReadonlySet<string> = new Set(['sqrt', 'power']);
const LOGARITHMS: ReadonlySet<string> = new Set(['log', 'log1p']);
const OTHERS: ReadonlySet<string> = new Set(['asin', 'acos', 'acosh', 'atanh']);

/** A step that ended outside the finite numbers. */
export interface LostStep {
  readonly chain: Chain;
  readonly key: Key;
  readonly path: number;
  /** From 1. */
  readonly step: number;
  readonly sign: 1 | -1;
  /** Before the step, shape (d). */
  readonly state: readonly number[];
}

/** Why a step has no finite value. */
type Cause =
  | { readonly kind: 'domain'; readonly operation: string; readonly at: number; readonly node?: Node }
  | { readonly kind: 'division' }
  | { readonly kind: 'closure' }
  | { readonly kind: 'growth' };

/** What was wrong in the step, and what would help: schemes are named after they lost none of some paths of the same problem. */
export async function lossRemedy(lost: LostStep): Promise<string> {
  const cause = causeOf(lost);
  switch (cause.kind) {
    case 'domain':
      return `${domainRemedy(lost.chain, cause)}${await ownSchemes(lost)}`;
    case 'closure':
      return `There a coefficient is not a number although the state is: the step left the states that it is defined on. ${closureRemedy(lost)}${await ownSchemes(lost)}`;
    case 'division':
      return 'There a coefficient divides by 0. Take smaller steps, or bound the divisor away from 0.';
    case 'growth':
      return growthRemedy(lost);
    default:
      return cause satisfies never;
  }
}

/** What to do about lost paths where none of them is at hand: as {@link lossRemedy} where some paths of the chain's own hold one, else in general. */
export async function remedyFor(chain: Chain): Promise<string> {
  for (const factor of [1, 4, 16]) {
    const tried = factor === 1 ? chain : chain.retry?.(undefined, factor * chain.steps);
    const lost = tried && searched(tried);
    if (lost) return lossRemedy(lost);
  }
  return generalRemedy(chain);
}

async function generalRemedy({ calculus }: Chain): Promise<string> {
  const names = (await restrained(calculus)).map(named);
  return (
    `Take smaller steps; for a drift that grows faster than linearly a scheme that is restrained: ${names.join(', ')}; for a root of what a step ` +
    'makes negative max(…, 0) under the root, or nonNegative states in the model.'
  );
}

function searched(chain: Chain): LostStep | undefined {
  const own = key('lost paths');
  const noise = noiseSource(chain.driver.laws, own);
  const xi = new Float64Array(chain.driver.size);
  let [x, next] = [new Float64Array(chain.dimension), new Float64Array(chain.dimension)];
  for (let path = 0; path < pathsTried(chain.steps); path++) {
    x.set(chain.x0);
    for (let n = 0; n < chain.steps; n++) {
      noise(path, n, xi);
      chain.step(n, x, xi, next);
      if (!next.every(Number.isFinite)) return { chain, key: own, path, step: n + 1, sign: 1, state: Array.from(x) };
      [x, next] = [next, x];
    }
  }
  return undefined;
}

const named = ({ name, restraint }: Scheme): string => (restraint ? `${name} (${restraint})` : name);

/** The schemes whose declared restraint holds large drifts, in this calculus. Loaded only here: whoever samples does not need every scheme. */
async function restrained(calculus: Chain['calculus']): Promise<readonly Scheme[]> {
  const { schemes } = await import('../schemes/index.js');
  return schemes.filter((scheme) => scheme.restraint && (calculus ?? scheme.calculus) === scheme.calculus);
}

function domainRemedy(chain: Chain, { operation, at, node }: Extract<Cause, { kind: 'domain' }>): string {
  const names = stateNames(chain);
  const text = node && statesOnly(node, chain) ? readable(node, chain) : undefined;
  const value = Number(at.toPrecision(4));
  const what =
    text === undefined ? `${operation} was taken of ${value}` : `${operation} was taken of ${text} = ${value}`;
  const alone = node ? (chain.traced?.step.state.indexOf(node) ?? -1) : -1;
  if (ROOTS.has(operation)) {
    const keep =
      alone >= 0 && !chain.nonNegative?.includes(alone)
        ? `If the equation keeps ${names[alone]} at or above 0, say so in the model, nonNegative: ['${names[alone]}']: coefficients are then taken at max(${names[alone]}, 0).`
        : text === undefined
          ? 'Write max(…, 0) under the root, or name in the model, as nonNegative, the state that its equation keeps at or above 0.'
          : `Write max(${text}, 0) under the root.`;
    return `There ${what}, which has no finite real value. ${keep}`;
  }
  if (LOGARITHMS.has(operation)) {
    const of = text === undefined ? 'its argument' : text;
    return `There ${what}. Let the logarithm of ${of} be the state, with its equation by Itô's formula: then it cannot leave.`;
  }
  return `There ${what}, where it has no real value. Bound its argument with min and max in the coefficients.`;
}

function closureRemedy({ chain, state }: LostStep): string {
  const below = state.findIndex((value, i) => value < 0 && !chain.nonNegative?.includes(i));
  return below < 0
    ? 'Make the coefficients finite around the states that the equation visits.'
    : `If the equation keeps state ${below} at or above 0, say so in the model, nonNegative: [${below}]: coefficients are then taken at 0 where a step falls below.`;
}

async function growthRemedy(lost: LostStep): Promise<string> {
  const { chain } = lost;
  const tried = await restrained(chain.calculus);
  if (!chain.retry) return generalRemedy(chain);
  const finer = [4, 16].find((factor) => holds(lost, undefined, factor * chain.steps));
  const names = tried.filter((scheme) => holds(lost, scheme, chain.steps)).map(named);
  const steps = finer === undefined ? [] : [`${finer} times as many steps`];
  const kept = [...steps, ...(names.length === 0 ? [] : [`the schemes that are restrained: ${names.join(', ')}`])];
  const untold =
    'Sixteen times as many steps lose paths too: look whether the equation itself leaves in finite time, which no scheme shows.';
  if (kept.length === 0) return `No restrained scheme keeps its paths. ${untold}`;
  const found = `Of ${pathsTried(chain.steps)} paths tried none is lost with ${kept.join(', or with ')}.`;
  return finer === undefined ? `${found} ${untold}` : found;
}

/** The schemes made for the chain's very equation, as a sentence; empty if there are none. */
async function ownSchemes(lost: LostStep): Promise<string> {
  const { chain } = lost;
  if (!chain.retry) return '';
  const { schemesForOneEquation } = await import('../schemes/index.js');
  const names = schemesForOneEquation.filter((scheme) => holds(lost, scheme, chain.steps)).map(({ name }) => name);
  return names.length === 0 ? '' : ` Made for this equation, and without loss: ${names.join(', ')}.`;
}

const pathsTried = (steps: number): number => Math.max(1, Math.min(TRIED_PATHS, Math.floor(TRIED_STEPS / steps)));

/** Whether the same problem loses none of some paths, the lost one among them, with another scheme or number of steps. */
function holds({ chain, key: own, path }: LostStep, scheme: Scheme | undefined, steps: number): boolean {
  const other = chain.retry?.(scheme, steps);
  if (!other) return false;
  const noise = noiseSource(other.driver.laws, own);
  const xi = new Float64Array(other.driver.size);
  let [x, next] = [new Float64Array(other.dimension), new Float64Array(other.dimension)];
  const count = pathsTried(chain.steps);
  for (let trial = 0; trial < count; trial++) {
    x.set(other.x0);
    for (let n = 0; n < other.steps; n++) {
      noise(trial === 0 ? path : trial - 1, n, xi);
      other.step(n, x, xi, next);
      if (!next.every(Number.isFinite)) return false;
      [x, next] = [next, x];
    }
  }
  return true;
}

function causeOf({ chain, key: own, path, step, sign, state }: LostStep): Cause {
  const { traced, driver, diffusion, t0, h } = chain;
  if (!traced || traced.step.calls.length > 0) {
    const sigma = diffusion?.at(t0 + (step - 1) * h, Float64Array.from(state));
    return sigma?.some((column) => !column.every(Number.isFinite)) ? { kind: 'closure' } : { kind: 'growth' };
  }
  const xi = new Float64Array(driver.size);
  noiseSource(driver.laws, own)(path, step - 1, xi);
  const recorded = traced.step;
  const symbols = new Map<Node, number>([
    [recorded.time, traced.grid.start(step - 1)],
    [recorded.before, traced.grid.boundaries ? traced.grid.before(step - 1) : Number.NaN],
    ...recorded.state.map((node, i) => [node, state[i]] as const),
    ...recorded.noise.map((node, j) => [node, sign * xi[j]] as const),
  ]);
  return firstFault(recorded.next, symbols);
}

/** From an end that is not finite to the operation that made it so; branches that were not taken are not looked at. */
function firstFault(ends: readonly Node[], symbols: ReadonlyMap<Node, number>): Cause {
  const values = new Map<Node, number>();
  for (const node of operandsFirst(ends)) {
    if (node.operation === 'constant') values.set(node, node.value);
    else if (node.operation === 'symbol') values.set(node, symbols.get(node) ?? Number.NaN);
    else {
      // Operands come first, and as many as the operation takes.
      const compute = numbers[node.operation] as (...operands: number[]) => number;
      values.set(node, compute(...node.operands.map((operand) => values.get(operand) as number)));
    }
  }
  const finite = (node: Node): boolean => Number.isFinite(values.get(node));
  let at = ends.find((node) => !finite(node));
  while (at) {
    if (at.operation === 'constant' || at.operation === 'symbol') return { kind: 'growth' };
    const [first, ...others] = at.operands;
    const taken =
      at.operation === 'select' ? [values.get(first) === 0 ? others[1] : others[0]] : (at.operands as readonly Node[]);
    const next = taken.find((node) => Number.isNaN(values.get(node))) ?? taken.find((node) => !finite(node));
    if (!next) return faultOf(at, values);
    at = next;
  }
  return { kind: 'growth' };
}

function faultOf(node: Node, values: ReadonlyMap<Node, number>): Cause {
  if (node.operation === 'constant' || node.operation === 'symbol') return { kind: 'growth' };
  const at = values.get(node.operands[0]) ?? Number.NaN;
  const { operation } = node;
  const limited = ROOTS.has(operation) || LOGARITHMS.has(operation) || OTHERS.has(operation);
  if (limited && (Number.isNaN(values.get(node)) || at === 0))
    return { kind: 'domain', operation, at, node: node.operands[0] };
  if (operation === 'divide' && values.get(node.operands[1]) === 0) return { kind: 'division' };
  return { kind: 'growth' };
}

function statesOnly(node: Node, { traced }: Chain): boolean {
  const symbols = operandsFirst([node]).filter(({ operation }) => operation === 'symbol');
  return symbols.length > 0 && symbols.every((symbol) => traced?.step.state.includes(symbol));
}

/** With the model's names for the states; undefined where it is long. */
function readable(node: Node, chain: Chain): string | undefined {
  const names = stateNames(chain);
  const text = print(node).replace(/\bx(\d+)\b/g, (whole, i: string) => names[Number(i)] ?? whole);
  return text.length <= LONGEST ? text : undefined;
}
