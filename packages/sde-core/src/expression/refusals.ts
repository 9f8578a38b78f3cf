import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { closest } from '../errors/suggest.js';

/** A text, and where the caller wrote it. */
export interface Source {
  readonly text: string;
  readonly where: string;
}

/** A text that is not an expression: `part` is the offending part or its index. */
export function expressionError(source: Source, what: string, part?: string | number, cause?: unknown): SdeError {
  const index = typeof part === 'string' ? placeOf(source.text, part) : part;
  const details = {
    what,
    where: source.where,
    expected: 'real arithmetic: + - * / ^, comparisons, and, or, not, c ? a : b, and the functions of the toolkit',
    got: shown(source.text, index),
    remedy: 'correct the expression at the place shown',
  };
  return new SdeError('expression', details, cause === undefined ? undefined : { cause });
}

/** What is no node where an operation of a graph takes one. */
export function notNode(operand: unknown, where: string): SdeError {
  return new SdeError('value', {
    what: 'an operand that is no value of the algebra',
    where,
    expected: 'a value that an operation of the algebra gave, or algebra.constant(…)',
    got: describe(operand),
    remedy:
      'write add(x, y), multiply(x, y), constant(2) in place of x + y, x * y, 2: JavaScript knows no operators on nodes',
  });
}

/** A symbol that nobody declared. */
export function unknownSymbol(source: Source, name: string, known: readonly string[]): SdeError {
  const meant = asProduct(name, known) ?? closest(name, known);
  return new SdeError('unknown-symbol', {
    what: `unknown symbol '${name}'`,
    where: source.where,
    expected: `one of ${known.join(', ')}`,
    got: shown(source.text, placeOf(source.text, name)),
    remedy: meant ? `did you mean '${meant}'?` : `declare '${name}' as a state or a parameter`,
  });
}

/** A function that the toolkit does not have. */
export function unknownFunction(source: Source, name: string, known: readonly string[]): SdeError {
  const meant = OTHER_NAMES[name] ?? closest(name, known);
  return new SdeError('unknown-function', {
    what: `unknown function '${name}'`,
    where: source.where,
    expected: `one of ${known.join(', ')}`,
    got: shown(source.text, placeOf(source.text, name)),
    remedy: meant ? `did you mean '${meant}'?` : 'write it with the functions that are known',
  });
}

/** What other languages call the functions that are known here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ln: 'log',
  pow: 'x^y',
  arcsin: 'asin',
  arccos: 'acos',
  arctan: 'atan',
  fabs: 'abs',
  Phi: 'normcdf',
  heaviside: 'x > 0',
};

/** `xy` where x and y are known is probably x*y. */
function asProduct(name: string, known: readonly string[]): string | undefined {
  for (let cut = 1; cut < name.length; cut++) {
    const [left, right] = [name.slice(0, cut), name.slice(cut)];
    if (known.includes(left) && known.includes(right)) return `${left}*${right}`;
  }
  return undefined;
}

/** Where a word stands in a text, as a word of its own; -1 if it does not. */
function placeOf(text: string, part: string): number {
  for (const word of text.matchAll(/\d[\d.]*(?:[eE][+-]?\d+)?|[\p{L}_$][\p{L}\p{N}_$]*/gu)) {
    if (word[0] === part) return word.index;
  }
  return text.indexOf(part);
}

/** `'x + yy' at character 5: yy`. */
function shown(text: string, index: number | undefined): string {
  const short = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  if (index === undefined || index < 0) return `'${short}'`;
  return `'${short}' at character ${index + 1}: ${text.slice(index, index + 20) || 'its end'}`;
}
