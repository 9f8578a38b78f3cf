import { describe } from '../errors/at-the-door.js';
import { SdeError, type SdeErrorCode } from '../errors/sde-error.js';

/** What a text from outside may at most be. */
export interface JsonBounds {
  /** In UTF-16 units; default 2²⁶. */
  readonly length?: number;
  /** Lists and objects in one another; default 64. */
  readonly depth?: number;
}

/** What is said of data that are refused. */
export interface DataDoor {
  readonly what: string;
  readonly where: string;
  readonly remedy: string;
  /** By default `data` for a text, `value` for an object that a caller made. */
  readonly code?: SdeErrorCode;
}

const LENGTH = 2 ** 26;
const DEPTH = 64;

/**
 * What a JSON text holds, more strictly than `JSON.parse`: no key stands twice in one object, none is `__proto__`, no number overflows, nothing is
 * deeper or longer than the bounds.
 *
 * @throws SdeError of the door, which says at which place.
 *
 * @example
 * ```ts
 * import { readJson } from 'sde-core/data';
 * const door = { what: 'not my file', where: 'mine.json', remedy: 'write it again' };
 * readJson('{"a": [1, 2]}', door); // → { a: [ 1, 2 ] }
 * ```
 */
export function readJson(text: unknown, door: DataDoor, bounds: JsonBounds = {}): unknown {
  const { length = LENGTH, depth = DEPTH } = bounds;
  if (typeof text !== 'string') throw refuseData(door, '', 'the text of a file', describe(text));
  if (text.length > length) throw refuseData(door, '', `at most ${length} characters`, `${text.length} characters`);
  scan(text, depth, door);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuseData(door, '', 'JSON, whole', cause instanceof Error ? oneLine(cause.message) : String(cause), cause);
  }
  const infinite = overflow(value, '');
  if (infinite !== undefined) throw refuseData(door, infinite, 'a finite number', 'one too large for a double');
  return value;
}

/** A list or an object that is open: for an object the keys so far, and where in it the text is. */
interface Open {
  readonly keys?: Set<string>;
  at: string | number;
}

/** Walks over brackets and strings, whatever the grammar: a text that is no JSON is refused by `JSON.parse` afterwards. */
function scan(text: string, depth: number, door: DataDoor): void {
  const open: Open[] = [];
  const place = (): string => open.reduce((path, { keys, at }) => placeIn(path, at, keys === undefined), '');
  for (let i = 0; i < text.length; i++) {
    const inside = open[open.length - 1];
    const character = text[i];
    if (character === '"') {
      const end = endOfString(text, i);
      if (inside?.keys && text[afterSpace(text, end)] === ':') {
        const key = keyOf(text.slice(i, end), door);
        inside.at = key;
        if (key === '__proto__') throw refuseData(door, place(), 'no field of this name', 'one');
        if (inside.keys.has(key)) throw refuseData(door, place(), 'this field once', 'twice');
        inside.keys.add(key);
      }
      i = end - 1;
    } else if (character === '{' || character === '[') {
      if (open.length === depth)
        throw refuseData(door, place(), `at most ${depth} levels of lists and objects`, 'more');
      open.push(character === '{' ? { keys: new Set(), at: '' } : { at: 0 });
    } else if (character === '}' || character === ']') open.pop();
    else if (character === ',' && typeof inside?.at === 'number') inside.at++;
  }
}

/** Behind the closing quotation mark of the string that starts here, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function afterSpace(text: string, from: number): number {
  let i = from;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return i;
}

function keyOf(quoted: string, door: DataDoor): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch (cause) {
    throw refuseData(door, '', 'JSON, whole', `the key ${describe(quoted)}`, cause);
  }
}

/** Where a number like 1e999 was read as infinity; undefined where none was. */
function overflow(value: unknown, place: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : place;
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) {
    for (const [name, part] of Object.entries(value)) {
      const found = overflow(part, placeIn(place, name, false));
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (let i = 0; i < value.length; i++) {
    // Most lists are long ones of numbers.
    if (typeof value[i] === 'number' && Number.isFinite(value[i])) continue;
    const found = overflow(value[i], placeIn(place, i, true));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The place of a part, as code would reach it: `levels[2].h`. */
export function placeIn(place: string, name: string | number, isList: boolean): string {
  if (isList) return `${place}[${name}]`;
  const short = String(name).length > 40 ? `${String(name).slice(0, 37)}…` : String(name);
  return place ? `${place}.${short}` : short;
}

const oneLine = (message: string): string => message.replace(/\s+/g, ' ').slice(0, 160);

/** Longer places keep their end. */
const LONGEST_PLACE = 100;

/** The error for data that are not as they should be at one place. */
export function refuseData(
  { what, where, remedy, code = 'data' }: DataDoor,
  place: string,
  expected: string,
  got: string,
  cause?: unknown,
): SdeError {
  const shown = place.length > LONGEST_PLACE ? `…${place.slice(-LONGEST_PLACE)}` : place;
  const details = { what, where: shown ? `${where}: ${shown}` : where, expected, got, remedy };
  return new SdeError(code, details, cause === undefined ? undefined : { cause });
}
