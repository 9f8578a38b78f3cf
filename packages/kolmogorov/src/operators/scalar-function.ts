import { describe, type Expression, expression, requireFinite, SdeError } from 'sde-core';

/**
 * A number that depends on time and state: a constant, an expression, or a function of (t, x), x of shape (d).
 *
 * Text may name the states, time and parameters of a symbolic model; x, y, z and t for a model of closures.
 */
export type ScalarInput = number | string | Expression | ((t: number, x: Float64Array) => number) | ScalarFunction;

/** What an expression is about: a model, or anything else with as many coordinates. */
export interface Named {
  readonly dimension: number;
  /** Shape (d). Default x, y, z, or x1, x2, … beyond three. */
  readonly state?: readonly string[];
  /** Default `'t'`. */
  readonly time?: string;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** A {@link ScalarInput} ready to be evaluated; given as one, it says of itself whether it depends on time. */
export interface ScalarFunction {
  /** Its value where it is a constant. */
  readonly constant: number | undefined;
  /** It depends on t only through jumps at the model's breakpoints. A bare function of the caller's is taken to depend on it. */
  readonly autonomous: boolean;
  /** The expression that it was made from, if it was. */
  readonly formula?: Expression;
  at(t: number, x: Float64Array): number;
}

/** The constant function. */
export function constantFunction(value: number): ScalarFunction {
  return { constant: value, autonomous: true, at: () => value };
}

/**
 * Compiles what the caller gave.
 *
 * @throws SdeError `value` if it is none of the three, `expression` and its kin if an expression is wrong.
 */
export function scalarFunction(input: ScalarInput, model: Named, where: string): ScalarFunction {
  if (typeof input === 'number') {
    return constantFunction(requireFinite(input, where, 'give a finite number, an expression or a function of (t, x)'));
  }
  if (typeof input === 'object' && input !== null && 'autonomous' in input && typeof input.at === 'function') {
    return input;
  }
  if (typeof input === 'function') return { constant: undefined, autonomous: false, at: input };
  if (typeof input === 'string') {
    const { state, time, parameters } = namesOf(model);
    return compiled(expression(input, { state, time, parameters, where }));
  }
  const formula = input as Expression | null;
  if (typeof formula?.evaluate === 'function' && typeof formula.dependsOn === 'function') return compiled(formula);
  throw new SdeError('value', {
    what: 'neither a number, nor an expression, nor a function',
    where,
    expected: "a finite number, a text such as 'x^2', or (t, x) => number",
    got: describe(input),
    remedy: 'give one of the three',
  });
}

function compiled(formula: Expression): ScalarFunction {
  const { node } = formula;
  return {
    constant: node.operation === 'constant' ? node.value : undefined,
    autonomous: !formula.dependsOn(formula.time),
    formula,
    at: formula.evaluate,
  };
}

/** What an expression may name: the model's own names, or x, y, z and t. */
function namesOf({ dimension: d, state, time = 't', parameters = {} }: Named): Required<Omit<Named, 'dimension'>> {
  const names = d <= 3 ? ['x', 'y', 'z'].slice(0, d) : Array.from({ length: d }, (_, k) => `x${k + 1}`);
  return { state: state ?? names, time, parameters };
}
