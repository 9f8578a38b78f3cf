import { type Expression, expression, SdeError } from 'sde-core';
import { describe, requireFinite } from 'sde-core/errors';

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
  if (isScalarFunction(input)) return input;
  // What is no number is none of the equation's, and is refused where it is.
  if (typeof input === 'function') {
    const at = (t: number, x: Float64Array): number => {
      const value: unknown = input(t, x);
      return typeof value === 'number' ? value : Number.NaN;
    };
    return { constant: undefined, autonomous: false, at };
  }
  if (typeof input === 'string') {
    const { state, time, parameters } = namesOf(model);
    return compiled(expression(input, { state, time, parameters, where }));
  }
  const formula = input as Expression | null;
  if (isExpression(formula)) return compiled(formula);
  throw new SdeError('value', {
    what: 'neither a number, nor an expression, nor a function',
    where,
    expected: "a finite number, a text such as 'x^2', or (t, x) => number",
    got: describe(input),
    remedy: 'give one of the three',
  });
}

/** Whether something has the parts of an expression. */
export function isExpression(value: unknown): value is Expression {
  if (typeof value !== 'object' || value === null) return false;
  const { evaluate, dependsOn, state, time, node } = value as Partial<Expression>;
  return (
    typeof evaluate === 'function' &&
    typeof dependsOn === 'function' &&
    Array.isArray(state) &&
    typeof time === 'string' &&
    typeof node?.operation === 'string'
  );
}

function isScalarFunction(value: unknown): value is ScalarFunction {
  if (typeof value !== 'object' || value === null) return false;
  const { at, autonomous, constant, formula } = value as Partial<ScalarFunction>;
  return (
    typeof at === 'function' &&
    typeof autonomous === 'boolean' &&
    (constant === undefined || (typeof constant === 'number' && Number.isFinite(constant))) &&
    (formula === undefined || isExpression(formula))
  );
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
