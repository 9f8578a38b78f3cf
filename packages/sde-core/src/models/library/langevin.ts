import { describe, requireArray, requireFinite } from '../../errors/at-the-door.js';
import { requireKeys } from '../../errors/options.js';
import { SdeError } from '../../errors/sde-error.js';
import { derivative } from '../../expression/differentiate.js';
import { expression } from '../../expression/expression.js';
import { requireNames } from '../../expression/names.js';
import { linearMoments } from '../linear-moments.js';
import { type SymbolicModel, symbolic, symbolicModel } from '../symbolic.js';
import { linearTransition } from '../transition.js';
import { type MomentModel, withMixedMoments } from './exact-moments.js';

/** A quadratic potential ½ k q². */
export interface HarmonicLangevin {
  /** k. */
  readonly stiffness: number;
  /** γ ≥ 0, 1 / time. */
  readonly friction: number;
  /** τ: Boltzmann's constant times temperature, ≥ 0, in units of energy. */
  readonly temperature: number;
}

/** A potential given as a formula. */
export interface GeneralLangevin {
  /** V: a formula in the positions and parameters. */
  readonly potential: string;
  /** γ ≥ 0, 1 / time. */
  readonly friction: number;
  /** τ: Boltzmann's constant times temperature, ≥ 0, in units of energy. */
  readonly temperature: number;
  /** Names of the positions; default `['q']`. The momentum of q is p, of q1 p1, and of another name `p_name`. */
  readonly positions?: readonly string[];
  /** Names and values of constants in the potential; not `friction` and `temperature`. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/**
 * The underdamped Langevin equation with unit masses: dq = p dt, dp = (−∇V(q) − γ p) dt + √(2γτ) dW.
 *
 * State: positions, then momenta, as `baoab` takes it. The invariant density is proportional to e^(−(V(q) + ½|p|²)/τ). For V = ½ k q² the model is linear and
 * has exact moments and transitions; ∇V of a formula is differentiated exactly.
 *
 * @throws SdeError `value` for a friction or temperature that is not ≥ 0; `expression`, `unknown-symbol`, `unknown-function` for the potential.
 * @see [pavliotis2014, chapter 6]
 *
 * @example
 * import { langevin } from 'sde-core';
 * const well = langevin({ potential: '(q^2 - 1)^2', friction: 1, temperature: 0.5 });
 * well.state; // → [ 'q', 'p' ]
 * const spring = langevin({ stiffness: 4, friction: 1, temperature: 0.5 });
 * spring.exactMoments(60, [1, 0]).second; // → [ 0.125000000, 0.000000000, 0.000000000, 0.500000000 ]
 */
export function langevin(options: HarmonicLangevin): MomentModel;
export function langevin(options: GeneralLangevin): SymbolicModel;
export function langevin(options: HarmonicLangevin | GeneralLangevin): SymbolicModel {
  requireKeys<HarmonicLangevin & GeneralLangevin>(options ?? null, LANGEVIN_KEYS, 'langevin({ … })');
  requireNotNegative(options.friction, 'friction');
  requireNotNegative(options.temperature, 'temperature');
  return 'stiffness' in options ? harmonic(options) : general(options);
}

const LANGEVIN_KEYS = {
  stiffness: true,
  potential: true,
  friction: true,
  temperature: true,
  positions: true,
  parameters: true,
} as const;

function harmonic({ stiffness, friction, temperature }: HarmonicLangevin): MomentModel {
  requireFinite(stiffness, 'langevin({ stiffness })', 'give k of the potential ½ k q²');
  const model = symbolic({
    state: ['q', 'p'],
    drift: ['p', '-stiffness*q - friction*p'],
    diffusion: [[0], ['sqrt(2*friction*temperature)']],
    parameters: { stiffness, friction, temperature },
  });
  const coefficients = {
    d: 2,
    A: Float64Array.of(0, 1, -stiffness, -friction),
    a: new Float64Array(2),
    B: [new Float64Array(4)],
    b: [Float64Array.of(0, Math.sqrt(2 * friction * temperature))],
  };
  return withMixedMoments(
    model,
    'langevin(…)',
    (t, x0) => linearMoments(coefficients, t, x0),
    (h) => linearTransition(coefficients, h),
  );
}

function general(options: GeneralLangevin): SymbolicModel {
  const { potential, friction, temperature, positions = ['q'], parameters = {} } = options;
  requireArray(positions, 'langevin({ positions })', "name the positions, as in ['q']");
  requireNames([...positions, ...Object.keys(parameters ?? {})], 'langevin({ positions, parameters })');
  const momenta = positions.map((name) => (/^q\d*$/.test(name) ? `p${name.slice(1)}` : `p_${name}`));
  const all = { ...parameters, friction, temperature };
  const n = positions.length;
  const V = expression(potential, {
    state: [...positions, ...momenta],
    parameters: all,
    where: 'langevin({ potential })',
  });
  const { graph } = V;
  for (const name of [...momenta, 't']) {
    if (V.dependsOn(name)) throw notPotential(name);
  }
  const p = momenta.map((name) => graph.symbol(name));
  const gamma = graph.symbol('friction');
  const intensity = graph.sqrt(graph.multiply(graph.constant(2), graph.multiply(gamma, graph.symbol('temperature'))));
  const forces = positions.map((name, i) => {
    const slope = derivative(graph, graph.symbol(name))(V.node);
    return graph.subtract(graph.negate(slope), graph.multiply(gamma, p[i]));
  });
  const zero = graph.constant(0);
  return symbolicModel({
    graph,
    state: [...positions, ...momenta],
    time: 't',
    parameters: all,
    calculus: 'ito',
    driftNodes: [...p, ...forces],
    diffusionNodes: Array.from({ length: 2 * n * n }, (_, i) =>
      i >= n * n && (i - n * n) % (n + 1) === 0 ? intensity : zero,
    ),
    noiseDimension: n,
  });
}

function requireNotNegative(value: number, name: string): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new SdeError('value', {
    what: `a ${name} below 0`,
    where: `langevin({ ${name} })`,
    expected: 'a finite number ≥ 0',
    got: describe(value),
    remedy: `give the ${name} of dp = (−∇V(q) − γ p) dt + √(2γτ) dW`,
  });
}

const notPotential = (name: string): SdeError =>
  new SdeError('value', {
    what: 'a potential that depends on more than the positions',
    where: 'langevin({ potential })',
    expected: 'a formula in the positions and parameters',
    got: `'${name}' in it`,
    remedy: 'write such a model with symbolic({ state, drift, diffusion })',
  });
