import {
  compileVector,
  derivative,
  expression,
  type Graph,
  type Node,
  SdeError,
  substitute,
  symbolsOf,
  toIto,
} from 'sde-core';
import { coefficientLayout, inOrder } from '../operators/coefficient-layout.js';
import { type Locus, lociOf } from '../operators/loci.js';
import type { ControlledModel } from './controlled.js';

/** Writes numbers at time t and `point` = (x, a), shape (d + q). */
export type AtPoint = (t: number, point: Float64Array, out: Float64Array) => void;

/**
 * L^a V − c V + r as functions of (t, x, a).
 *
 * It is linear in `numbers`, shape (count), in the order of {@link coefficientLayout}.
 */
export interface ControlledEquation {
  readonly dimension: number;
  readonly noiseDimension: number;
  /** q. */
  readonly controls: number;
  readonly names: readonly string[];
  /** Which controls σσᵀ depends on, shape (q). */
  readonly inDiffusion: readonly boolean[];
  /** Whether two controls go together: what one is worth depends on the other. */
  together(i: number, j: number): boolean;
  /** Axes along which a control enters the drift or the variance, shape (d). */
  readonly moved: readonly boolean[];
  /** Of the numbers, r included. */
  readonly count: number;
  /** Nothing depends on t by itself. */
  readonly autonomous: boolean;
  /** Times at which the coefficients jump. */
  readonly breakpoints: readonly number[];
  readonly numbers: AtPoint;
  /** Where the numbers jump or kink, whatever the controls. */
  readonly loci: readonly Locus[];
  /** b, shape (d). */
  readonly drift: AtPoint;
  /** σ, shape (d, m). */
  readonly diffusion: AtPoint;
  /** c and r. */
  readonly rates: AtPoint;
  /**
   * The numbers as polynomials of degree 2 in some of the controls; undefined where one of them is none.
   *
   * `slopes` writes ∂/∂a_j, shape (chosen, count), and `curvatures` ∂²/∂a_i∂a_j, shape (chosen, chosen, count), both to be taken where those controls are 0.
   */
  quadratic(chosen: readonly number[]): { readonly slopes: AtPoint; readonly curvatures: AtPoint } | undefined;
}

/**
 * Compiles a controlled model with its rates.
 *
 * @throws SdeError the errors of expressions for `killing` and `running`; `unsupported` for a Stratonovich model that cannot be converted.
 */
export function controlledEquation(
  { model, control: names }: ControlledModel,
  rates: { readonly killing: string | number; readonly running: string | number },
  where: string,
): ControlledEquation {
  const ito = toIto(model);
  const { graph, stateNodes, timeNode, dimension: d, noiseDimension: m, state, time, parameters } = ito;
  const unknown = names.find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) throw notInModel(unknown, where);
  const [killing, running] = (['killing', 'running'] as const).map(
    (name) => expression(rates[name], { state, time, parameters, graph, where: `${where}({ ${name} })` }).node,
  );
  const controlNodes = names.map((name) => graph.symbol(name));
  const values = new Map(
    Object.entries(parameters)
      .filter(([name]) => !names.includes(name))
      .map(([name, value]): [Node, Node] => [graph.symbol(name), graph.constant(value)]),
  );
  const bound = (nodes: readonly Node[]): Node[] => substitute(graph, nodes, values);
  const drift = bound(ito.driftNodes);
  const sigma = bound(ito.diffusionNodes);
  const [c, r] = bound([killing, running]);
  const layout = coefficientLayout(d);
  const covariance = (k: number, l: number): Node => covarianceOf(graph, rowOf(sigma, m, k), rowOf(sigma, m, l));
  const ofGenerator = inOrder({
    drift,
    halfVariance: drift.map((_, k) => graph.multiply(graph.constant(1 / 2), covariance(k, k))),
    covariance: layout.pairs.map(([k, l]) => covariance(k, l)),
    killing: c,
  });
  const numbers = [...ofGenerator, r];
  const given = { time: timeNode, state: [...stateNodes, ...controlNodes] };
  const diffusing = symbolsOf(...numbers.slice(layout.halfVariance, layout.killing));
  return {
    dimension: d,
    noiseDimension: m,
    controls: names.length,
    names,
    inDiffusion: controlNodes.map((node) => diffusing.includes(node)),
    together: (i, j) =>
      numbers
        .map(derivative(graph, controlNodes[i]))
        .map(derivative(graph, controlNodes[j]))
        .some((node) => node !== graph.constant(0)),
    moved: drift.map((node, k) => {
      const own = symbolsOf(node, numbers[layout.halfVariance + k]);
      return controlNodes.some((control) => own.includes(control));
    }),
    count: numbers.length,
    autonomous: !symbolsOf(...numbers).includes(timeNode),
    breakpoints: model.breakpoints ?? [],
    numbers: compileVector(numbers, given),
    loci: lociOf({ graph, nodes: [...drift, ...sigma, c, r], state: stateNodes, time: timeNode }),
    drift: compileVector(drift, given),
    diffusion: compileVector(sigma, given),
    rates: compileVector([c, r], given),
    quadratic: (chosen) => {
      const symbols = chosen.map((j) => controlNodes[j]);
      const slopes = symbols.flatMap((symbol) => numbers.map(derivative(graph, symbol)));
      const curvatures = symbols.flatMap((_, i) =>
        symbols.flatMap((symbol) =>
          slopes.slice(i * numbers.length, (i + 1) * numbers.length).map(derivative(graph, symbol)),
        ),
      );
      const used = symbolsOf(...curvatures);
      if (symbols.some((symbol) => used.includes(symbol))) return undefined;
      return { slopes: compileVector(slopes, given), curvatures: compileVector(curvatures, given) };
    },
  };
}

function rowOf(sigma: readonly Node[], m: number, k: number): readonly Node[] {
  return sigma.slice(k * m, (k + 1) * m);
}

/** (σσᵀ)_kl, of two rows of σ. */
function covarianceOf(graph: Graph, one: readonly Node[], other: readonly Node[]): Node {
  return one.reduce((sum, entry, j) => graph.add(sum, graph.multiply(entry, other[j])), graph.constant(0));
}

function notInModel(name: string, where: string): SdeError {
  return new SdeError('unknown-symbol', {
    what: `the model has no control '${name}'`,
    where: `${where}({ model })`,
    expected: 'a model from controlled({ state, control, drift, diffusion })',
    got: `'${name}'`,
    remedy: 'make the model with controlled',
  });
}
