import { describe, type Model, requireFinite, SdeError } from 'sde-core';

/** A number that depends on time and state: a constant, an expression, or a function of (t, x), x of shape (d). */
export type ScalarInput = number | string | ((t: number, x: Float64Array) => number);

/** A {@link ScalarInput} ready to be evaluated. */
export interface ScalarFunction {
  /** Its value where it is a constant. */
  readonly constant: number | undefined;
  /** It does not depend on t. A function of the caller's is taken to. */
  readonly autonomous: boolean;
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
export function scalarFunction(input: ScalarInput, model: Model, where: string): ScalarFunction {
  if (typeof input === 'number') {
    return constantFunction(requireFinite(input, where, 'give a finite number, an expression or a function of (t, x)'));
  }
  if (typeof input === 'function') return { constant: undefined, autonomous: false, at: input };
  if (typeof input === 'string') return compiled(input, model, where);
  throw new SdeError('value', {
    what: 'neither a number, nor an expression, nor a function',
    where,
    expected: "a finite number, a text such as 'x^2', or (t, x) => number",
    got: describe(input),
    remedy: 'give one of the three',
  });
}

function compiled(text: string, model: Model, where: string): ScalarFunction {
  throw new SdeError('unsupported', {
    what: 'expressions need the compiler of sde-core',
    where,
    expected: `a function of (t, x) on a ${model.kind} model`,
    got: describe(text),
    remedy: 'pass a function',
  });
}
