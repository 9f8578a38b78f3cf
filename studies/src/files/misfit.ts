import { describe } from 'sde-core/errors';
import type * as z from 'zod';

/** Where data are not what a schema says, as code would reach the place, what should be there, and what is. */
export interface Misfit {
  readonly place: string;
  readonly expected: string;
  readonly got: string;
}

type Issue = z.core.$ZodIssue;

/** The first place where a value is not what a schema says; undefined where there is none. */
export function firstMisfit(value: unknown, schema: z.ZodType): Misfit | undefined {
  const { error } = parse(value, schema);
  return error && misfit(error.issues[0], value);
}

/** What a schema makes of a value, without the code that zod would generate and evaluate. */
export const parse = <T>(value: unknown, schema: z.ZodType<T>): z.ZodSafeParseResult<T> =>
  schema.safeParse(value, { jitless: true });

/** The words for an issue that zod found in a value. */
export function misfit(issue: Issue, value: unknown): Misfit {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  const got = path.reduce<unknown>(
    (at, name) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[name],
    value,
  );
  // A refinement may know better what came.
  const known = issue.code === 'custom' ? issue.params?.got : undefined;
  return { place: placeOf(path), expected: expectedBy(issue), got: typeof known === 'string' ? known : describe(got) };
}

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'no field of this name';
    case 'invalid_value':
      return issue.values.map((word) => describe(word)).join(' or ');
    case 'invalid_type':
      return KINDS[issue.expected] ?? `a ${issue.expected}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? '≥' : '>', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? '≤' : '<', issue.maximum);
    default:
      // Of a refinement, whose message is what it expects, or of a kind that no schema here has.
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'a finite number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

function bound(origin: string, sign: string, limit: number | bigint): string {
  if (origin === 'string') return `a text of ${sign} ${limit} characters`;
  if (origin === 'array') return `a list of ${sign} ${limit} entries`;
  return `a number ${sign} ${limit}`;
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((name, i) => (typeof name === 'number' ? `[${name}]` : `${i > 0 ? '.' : ''}${short(String(name))}`))
    .join('');
}

const short = (name: string): string => (name.length > 40 ? `${name.slice(0, 37)}…` : name);
