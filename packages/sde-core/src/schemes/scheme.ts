import { describe, requireArray, requireFinite, requireFunction, requireOneOf } from '../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Calculus, Model, NoiseStructure } from '../models/model.js';
import type { IncrementLaw, SchemeDriver } from './scheme-driver.js';
import type { Need, StepInputs } from './step-input.js';

/** The orders that the citation proves, for the noise structures that the scheme lists. */
export interface SchemeOrder {
  /** |E φ(X_N) − E φ(X(T))| = O(h^weak) for smooth φ of polynomial growth. */
  readonly weak: number;
  /** E |X_N − X(T)| = O(h^strong) on one Brownian path; null where the increments are not Gaussian. */
  readonly strong: number | null;
  /** On the ordinary differential equation that is left when σ = 0. */
  readonly ode: number;
}

/** What the Lévy areas that a scheme makes of its auxiliary variables are worth on a Brownian path. */
export interface SchemeAreas<N extends Need = Need> {
  /**
   * √E (A_jk − Â_jk)² / h of the area Â_jk that it makes from the true one, for m Wiener processes; `refinement` times smaller steps take
   * the more terms that the declared strong order asks for.
   */
  error(m: number, refinement: number): number;
  /** The same step with auxiliary variables 2 A_jk / h for the pairs j < k, in the order (0,1), (0,2), …, (1,2), …. */
  readonly given: TracedScheme<N>;
}

/** Which equations a step is made for, where it is not made for all. */
export interface SchemeEquations {
  /** As tables print them. */
  readonly name: string;
  /** As a message writes them. */
  readonly expected: string;
  /** Whether a model, with the noise and in the calculus that the scheme declares, is one of them. */
  holds(model: Model): boolean;
}

interface Common<N extends Need> {
  /** As tables print it; also what provenance records. */
  readonly name: string;
  /** A key of references.bib. */
  readonly citation: string;
  readonly order: SchemeOrder;
  /** The integral that the scheme converges to. */
  readonly calculus: Calculus;
  /** Structures of σ for which the order is proved; a model needs to have one of them. */
  readonly noise: readonly NoiseStructure['kind'][];
  readonly driver: SchemeDriver;
  /**
   * What keeps its paths bounded where the drift grows faster than linearly: the drift `tamed` or truncated, or taken at the end of the step by an
   * `implicit` equation. Absent for a scheme that such drifts throw out.
   */
  readonly restraint?: 'tamed' | 'implicit';
  /**
   * The distance from 0 beyond which a step of size h takes b and σ of a nearer state than its own: beyond it the scheme solves another equation. Absent for a
   * scheme that takes them where the path is.
   */
  truncation?(h: number): number;
  /** What it asks of a model besides b and σ. */
  readonly needs: N;
  /** The equations that the step is made for; absent for a scheme that takes any. */
  readonly equations?: SchemeEquations;
  /** Only of a scheme that makes Lévy areas of its auxiliary variables. */
  readonly areas?: SchemeAreas<N>;
}

/** A scheme whose step is written once, against any {@link Algebra}: it runs on numbers and is traced to compiled kernels. */
export interface TracedScheme<N extends Need = Need> extends Common<N> {
  readonly kind: 'traced';
  /** The state at t_(n+1), shape (d); a pure function that branches on no value. */
  step<V>(input: StepInputs<V>[N]): readonly V[];
}

/** A scheme whose step must look at values (iterations, exact samplers): it runs on numbers alone. */
export interface NativeScheme<N extends Need = Need> extends Common<N> {
  readonly kind: 'native';
  /** The state at t_(n+1), shape (d); a pure function. */
  step(input: StepInputs<number>[N]): readonly number[];
  /**
   * The same over any algebra, for a step that solves an equation: by `rounds` substitutions, each of which is right to one more power of √h.
   * So over series it is the expansion of the step, and without it a local weak error can only be measured.
   */
  expansion?<V>(input: StepInputs<V>[N], rounds: number): readonly V[];
}

/** How one step is taken: frozen data and one pure function. */
export type Scheme<N extends Need = Need> = TracedScheme<N> | NativeScheme<N>;

/**
 * A scheme from its data and its step, checked and frozen.
 *
 * @param definition - `needs` defaults to `'coefficients'`.
 * @throws SdeError `value` if a name, citation, order or noise structure is missing or out of range.
 *
 * @example
 * ```ts
 * import { defineScheme, discretize, problem, symbolic } from 'sde-core';
 * const midpointDrift = defineScheme({
 *   name: 'midpoint drift',
 *   citation: 'kloeden1992',
 *   order: { weak: 1, strong: null, ode: 2 },
 *   calculus: 'ito',
 *   noise: ['additive'],
 *   driver: { increments: 'gaussian', auxiliary: () => [] },
 *   step({ algebra: { add, constant, multiply }, h, y, dW, time, drift, diffusion }) {
 *     const b = drift(time(0), y);
 *     const middle = y.map((value, i) => add(value, multiply(multiply(constant(1 / 2), h), b[i])));
 *     const [column] = diffusion(time(0), y);
 *     return drift(time(1 / 2), middle).map((rate, i) =>
 *       add(add(y[i], multiply(h, rate)), multiply(dW[0], column[i])),
 *     );
 *   },
 * });
 * const model = symbolic({ state: ['x'], drift: '-x', diffusion: '1' });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), midpointDrift, 2);
 * const next = new Float64Array(1);
 * chain.step(0, chain.x0, Float64Array.of(0), next);
 * next[0]; // → 0.625
 * ```
 */
export function defineScheme<N extends Need>(definition: NativeScheme<N>): NativeScheme<N>;
export function defineScheme(
  definition: Omit<TracedScheme<'coefficients'>, 'kind' | 'needs'> & { readonly needs?: 'coefficients' },
): TracedScheme<'coefficients'>;
export function defineScheme<N extends Need>(
  definition: Omit<TracedScheme<N>, 'kind'> & { readonly kind?: 'traced' },
): TracedScheme<N>;
export function defineScheme(
  definition:
    | NativeScheme
    | (Omit<TracedScheme, 'kind' | 'needs'> & { readonly kind?: 'traced'; readonly needs?: Need }),
): Scheme {
  requireKeys<AnyDefinition>(definition, DEFINITION_KEYS, 'defineScheme({ … })');
  requireDefinition((definition ?? {}) as Partial<Scheme>);
  const { order, noise, driver } = definition;
  const frozen = {
    order: Object.freeze({ ...order }),
    noise: Object.freeze([...noise]),
    driver: Object.freeze(driver),
  };
  return definition.kind === 'native'
    ? Object.freeze({ ...definition, ...frozen })
    : Object.freeze({ ...definition, ...frozen, kind: 'traced', needs: definition.needs ?? 'coefficients' });
}

/** Every field that some definition has. */
type AnyDefinition = TracedScheme & Pick<NativeScheme, 'expansion'> & { readonly tableau?: unknown };

const DEFINITION_KEYS: KnownKeys<AnyDefinition> = {
  kind: true,
  name: true,
  citation: true,
  order: true,
  calculus: true,
  noise: true,
  driver: true,
  restraint: true,
  truncation: true,
  needs: true,
  equations: true,
  areas: true,
  step: true,
  expansion: true,
  // Of a scheme that was made of a tableau, and is made into another.
  tableau: true,
};

const STRUCTURES: readonly NoiseStructure['kind'][] = ['additive', 'scalar', 'diagonal', 'commutative', 'general'];
const LAWS: readonly IncrementLaw[] = ['gaussian', 'two-point', 'three-point'];

/** Checks every field: what a scheme declares is what certificates, tables and refusals rest on. */
function requireDefinition(definition: Partial<Scheme>): void {
  const { kind, name, citation, order, calculus, noise, driver, restraint, truncation, needs, step } = definition;
  const where = (field: string): string => `defineScheme({ ${field} })`;
  requireText(name, 'name', 'name the scheme as tables should print it');
  requireText(citation, 'citation', 'give the key of the reference that proves the order');
  if (kind !== undefined)
    requireOneOf(kind, ['traced', 'native'], where('kind'), 'leave it out for a step over any algebra');
  requireKeys<SchemeOrder>(order ?? null, { weak: true, strong: true, ode: true }, where('order'));
  const { weak, strong, ode } = (order ?? {}) as Partial<SchemeOrder>;
  requireOrder(weak, 'weak', 'give the weak order that the citation proves');
  if (strong !== null)
    requireOrder(strong, 'strong', 'give the strong order, or null where the increments are not Gaussian');
  requireFinite(ode, where('order: { ode }'), 'give the order on ordinary differential equations');
  requireOneOf(calculus, ['ito', 'stratonovich'], where('calculus'), 'name the integral that the scheme converges to');
  const remedy = 'list the structures of σ for which the order is proved';
  requireArray(noise, where('noise'), remedy);
  for (const structure of Array.from(noise)) requireOneOf(structure, STRUCTURES, where('noise'), remedy);
  if (noise.length === 0) throw provedForNothing();
  const { increments, auxiliary } = (driver ?? {}) as Partial<SchemeDriver>;
  requireOneOf(increments, LAWS, where('driver: { increments }'), 'name the law of ΔW / √h');
  requireFunction(auxiliary, where('driver: { auxiliary }'), 'write auxiliary: () => [] for none');
  if (restraint !== undefined)
    requireOneOf(restraint, ['tamed', 'implicit'], where('restraint'), 'leave it out for none');
  if (truncation !== undefined)
    requireFunction(truncation, where('truncation'), 'write truncation: (h) => radius, or leave it out for none');
  if (needs !== undefined)
    requireOneOf(needs, ['coefficients', 'jacobians', 'symbols'], where('needs'), "leave it out for 'coefficients'");
  requireFunction(step, where('step'), 'write step({ algebra, h, y, dW, time, drift, diffusion }) { return … }');
}

function requireOrder(value: unknown, field: 'weak' | 'strong', remedy: string): void {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return;
  throw new SdeError('value', {
    what: `a scheme without a ${field} order`,
    where: `defineScheme({ order: { ${field} } })`,
    expected: `a number > 0${field === 'strong' ? ', or null' : ''}`,
    got: describe(value),
    remedy,
  });
}

const provedForNothing = (): SdeError =>
  new SdeError('value', {
    what: 'a scheme that is proved for no noise',
    where: 'defineScheme({ noise })',
    expected: "some of 'additive', 'scalar', 'diagonal', 'commutative', 'general'",
    got: 'none',
    remedy: 'list the structures of σ for which the order is proved',
  });

/** Refuses what is no scheme: a name, or a function that makes one and was not called. */
export function requireScheme(scheme: unknown, where: string): asserts scheme is Scheme {
  const { kind, step, order, driver } = (scheme ?? {}) as Readonly<Record<string, unknown>>;
  const { increments, auxiliary } = (driver ?? {}) as Readonly<Record<string, unknown>>;
  const driven = typeof increments === 'string' && typeof auxiliary === 'function';
  if ((kind === 'traced' || kind === 'native') && typeof step === 'function' && order && driven) return;
  const factory = typeof scheme === 'function';
  throw new SdeError('value', {
    what: factory ? 'a function that makes a scheme, not a scheme' : 'not a scheme',
    where,
    expected: 'a scheme, such as eulerMaruyama or driftImplicitEuler()',
    got: describe(scheme),
    remedy: factory
      ? `call it: ${(scheme as { readonly name: string }).name || 'scheme'}()`
      : typeof scheme === 'string'
        ? "import the scheme by its name: import { eulerMaruyama } from 'sde-core'"
        : 'take one of the schemes, or make one with defineScheme({ … })',
  });
}

function requireText(value: unknown, field: string, remedy: string): void {
  if (typeof value === 'string' && value.length > 0) return;
  throw new SdeError('value', {
    what: `a scheme without a ${field}`,
    where: `defineScheme({ ${field} })`,
    expected: 'a string that is not empty',
    got: describe(value),
    remedy,
  });
}

/** Whether the order is proved for a σ of this structure. */
export function coversNoise(scheme: Pick<Scheme, 'noise'>, structure: NoiseStructure): boolean {
  return scheme.noise.some((kind) => kind === 'general' || structure[kind]);
}
