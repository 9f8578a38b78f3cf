import { requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { graph, type Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';
import type { Coefficients } from '../kernels/coefficients.js';
import { stepInput } from '../kernels/step-input.js';
import { type NativeScheme, requireScheme, type Scheme, type TracedScheme } from '../schemes/scheme.js';
import type { IncrementLaw } from '../schemes/scheme-driver.js';

/** What one step of a scheme takes. Evaluations at the same time and state count once, and those that nothing reads do not count. */
export interface StepCost {
  /** States at which b is evaluated; undefined for a scheme that iterates, which takes as many as it needs. */
  readonly drift?: number;
  /** Columns of σ evaluated, over all states; undefined where iterations evaluate them too. */
  readonly columns?: number;
  /** Derivatives of the coefficients along a vector field, L^j b^k, L^j b, L⁰b and L⁰b^k, each a vector of shape (d). */
  readonly derivatives: number;
  /** Random variables, by their law. */
  readonly variables: Readonly<Partial<Record<IncrementLaw, number>>>;
}

/** States and Wiener processes: their step is counted by taking it. */
const MOST = 1000;

/**
 * What one step of a scheme takes, counted by recording the step with coefficients that are symbols.
 *
 * One column of σ at one state counts one, although a model as a closure computes all of them at once. A scheme that iterates runs on numbers,
 * and what depends on its iterations is left out. Cost: one recorded step.
 *
 * @param shape - `noiseDimension` m; `dimension` d, default 2, which matters only to schemes that are for certain d.
 * @throws what the step throws for a shape that the scheme is not for.
 *
 * @example
 * ```ts
 * import { platen, stepCost } from 'sde-core';
 * const { drift, columns, variables } = stepCost(platen, { noiseDimension: 3 });
 * [drift, columns]; // → [ 2, 21 ]
 * variables; // → { 'three-point': 3, 'two-point': 3 }
 * ```
 */
export function stepCost(
  scheme: Scheme,
  shape: { readonly noiseDimension: number; readonly dimension?: number },
): StepCost {
  requireScheme(scheme, 'stepCost(scheme)');
  requireKeys<{ noiseDimension: number; dimension?: number }>(
    shape,
    { noiseDimension: true, dimension: true },
    'stepCost(scheme, shape)',
    { m: 'noiseDimension', d: 'dimension' },
  );
  const { noiseDimension: m, dimension: d = 2 } = shape ?? {};
  requireInteger(m, 1, 'stepCost(scheme, { noiseDimension })', 'give the number of Wiener processes', MOST);
  requireInteger(d, 1, 'stepCost(scheme, { dimension })', 'give the number of states', MOST);
  const { increments, auxiliary } = scheme.driver;
  const laws = [...Array.from({ length: m }, () => increments), ...auxiliary(m)];
  const variables: Partial<Record<IncrementLaw, number>> = {};
  for (const law of laws) variables[law] = (variables[law] ?? 0) + 1;
  if (scheme.kind === 'traced') return { ...tracedCost(scheme, d, m, laws.length), variables };

  // A linear drift and one that takes more iterations: what differs has no count.
  const [columns, more] = [1, 3].map((power) => nativeColumns(scheme, power, d, m, laws.length));
  return { ...(columns === more && { columns }), derivatives: 0, variables };
}

function nativeColumns(scheme: NativeScheme, power: number, d: number, m: number, size: number): number {
  let columns = 0;
  const coefficients: Partial<Coefficients<number>> = {
    drift: (_, x) => x.map((value) => -numbers.power(value, power)),
    diffusion: () =>
      onDemand(m, () => {
        columns += 1;
        return Array.from({ length: d }, () => 1);
      }),
  };
  const [y, noise] = [d, size].map((length) => Array.from({ length }, () => 1));
  scheme.step(stepInput(numbers, { h: 1 / 8, t: 0, y, noise, noiseDimension: m }, coefficients));
  return columns;
}

function tracedCost(scheme: TracedScheme, d: number, m: number, size: number): Omit<StepCost, 'variables'> {
  const nodes = graph();
  /** What a symbol that stands for a component of an evaluation was evaluated at. */
  const origins = new Map<Node, { readonly evaluation: string; readonly inputs: readonly Node[] }>();
  // The name of a symbol says what was evaluated where, so that the same evaluation is the same node.
  const vector = (what: string, t: Node, x: readonly Node[]): readonly Node[] => {
    const inputs = [t, ...x];
    const evaluation = `${what} at ${inputs.map(({ id }) => id).join()}`;
    return Array.from({ length: d }, (_, i) => {
      const component = nodes.symbol(`${evaluation}, ${i}`);
      origins.set(component, { evaluation, inputs });
      return component;
    });
  };
  const list = (what: string) => (t: Node, x: readonly Node[]) => onDemand(m, (k) => vector(`${what} ${k}`, t, x));
  const coefficients: Coefficients<Node> = {
    drift: (t, x) => vector('drift', t, x),
    diffusion: list('column'),
    diffusionAlongNoise: (t, x) => onDemand(m, (j) => list(`derivative ${j}`)(t, x)),
    driftAlongNoise: list('derivative drift'),
    generatorOfDrift: (t, x) => vector('derivative drift generator', t, x),
    generatorOfDiffusion: list('derivative generator'),
  };
  const symbols = (name: string, length: number): readonly Node[] =>
    Array.from({ length }, (_, i) => nodes.symbol(`${name}${i}`));
  const place = { h: 1 / 8, t: nodes.symbol('t'), y: symbols('x', d), noise: symbols('w', size), noiseDimension: m };
  const evaluations = new Set<string>();
  let reached = scheme.step(stepInput(nodes, place, coefficients));
  while (reached.length > 0) {
    const found = operandsFirst(reached).flatMap((node) => origins.get(node) ?? []);
    reached = found.flatMap(({ evaluation, inputs }) => (evaluations.has(evaluation) ? [] : inputs));
    for (const { evaluation } of found) evaluations.add(evaluation);
  }
  const count = (what: string): number => [...evaluations].filter((name) => name.startsWith(`${what} `)).length;
  return { drift: count('drift'), columns: count('column'), derivatives: count('derivative') };
}

/** A list whose entries are made when they are read, so that only those count. */
function onDemand<T>(length: number, make: (k: number) => T): readonly T[] {
  const entries: T[] = [];
  for (let k = 0; k < length; k++) {
    let made: { readonly entry: T } | undefined;
    Object.defineProperty(entries, k, {
      enumerable: true,
      get: () => {
        made ??= { entry: make(k) };
        return made.entry;
      },
    });
  }
  return entries;
}
