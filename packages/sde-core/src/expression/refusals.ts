import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { closest } from '../errors/suggest.js';
import { equivalentOf, foreignPart } from './other-languages.js';

/** A text, and where the caller wrote it. */
export interface Source {
  readonly text: string;
  readonly where: string;
}

/** A text that is not an expression: `part` is the offending part or its index. */
export function expressionError(
  source: Source,
  what: string,
  part?: string | number,
  { cause, remedy = 'correct the expression at the place shown' }: { cause?: unknown; remedy?: string } = {},
): SdeError {
  const index = typeof part === 'string' ? placeOf(source.text, part) : part;
  const details = {
    what,
    where: source.where,
    expected: 'real arithmetic: + - * / ^, comparisons, and, or, not, c ? a : b, and the functions of the toolkit',
    got: shown(source.text, index),
    remedy,
  };
  return new SdeError('expression', details, cause === undefined ? undefined : { cause });
}

/** What is no number where a constant of a graph belongs. */
export function notNumber(value: unknown, where: string): SdeError {
  return new SdeError('value', {
    what: 'not a number',
    where,
    expected: 'a number',
    got: describe(value),
    remedy: 'give the number itself: text is never taken for one',
  });
}

/** What is no operation of the algebra. */
export function unknownOperation(operation: unknown): SdeError {
  return new SdeError('value', {
    what: 'not an operation of the algebra',
    where: 'graph.apply(operation, …)',
    expected: 'the name of an operation of Algebra, such as add',
    got: describe(operation),
    remedy: 'use one of the names that Algebra declares',
  });
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
  const meant = asProduct(name, known) ?? misspelling(name, known);
  return new SdeError('unknown-symbol', {
    what: `unknown symbol '${abridged(name)}'`,
    where: source.where,
    expected: `one of ${known.join(', ')}`,
    got: shown(source.text, placeOf(source.text, name)),
    remedy: meant ? `did you mean '${meant}'?` : `declare '${abridged(name)}' as a state or a parameter`,
  });
}

/** A function that stands without its argument. */
export function functionAlone(source: Source, name: string): SdeError {
  const what = `'${name}' is a function and stands here without an argument`;
  return expressionError(source, what, name, { remedy: `write ${name}( … )` });
}

/** Refuses what other languages write for an operator, saying what it is here. */
export function refuseForeign(source: Source): void {
  const found = foreignPart(source.text);
  if (!found) return;
  const what = `'${found.part}' is no operator of an expression`;
  throw expressionError(source, what, found.index, { remedy: `write ${found.meant}` });
}

/** A function that the toolkit does not have. */
export function unknownFunction(source: Source, name: string, known: readonly string[]): SdeError {
  const equivalent = equivalentOf(name);
  const meant = equivalent ? undefined : misspelling(name, known);
  return new SdeError('unknown-function', {
    what: `unknown function '${abridged(name)}'`,
    where: source.where,
    expected: `one of ${known.join(', ')}`,
    got: shown(source.text, placeOf(source.text, name)),
    remedy: equivalent ?? (meant ? `did you mean '${meant}'?` : 'write it with the functions that are known'),
  });
}

/**
 * The known name that a name is a misspelling of: one that is as long to a letter or two, holds the same digits and is not itself short. A name
 * that only looks like another means something else.
 */
function misspelling(name: string, known: readonly string[]): string | undefined {
  const plain = name.toLowerCase();
  const digits = name.replace(/\D/g, '');
  const candidates = known.filter((candidate) => {
    if (candidate.toLowerCase() === plain) return true;
    const length = Math.min(name.length, candidate.length);
    return length >= 3 && candidate.replace(/\D/g, '') === digits && candidate[0].toLowerCase() === plain[0];
  });
  return closest(name, candidates);
}

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

/** A name that is far too long to be shown whole. */
const abridged = (name: string): string => (name.length > 60 ? `${name.slice(0, 59)}…` : name);

/** `'x + yy' at character 5: yy`. */
function shown(text: string, index: number | undefined): string {
  const short = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  if (index === undefined || index < 0) return `'${short}'`;
  return `'${short}' at character ${index + 1}: ${text.slice(index, index + 20) || 'its end'}`;
}
