import { describe } from '../errors/at-the-door.js';
import { type DataDoor, placeIn, refuseData } from './json-text.js';

/** Lists and objects in one another. */
const DEEPEST = 64;

/**
 * A copy of plain JSON: null, flags, texts, finite numbers, lists and objects of them. It is what a JSON text of it would give, so that it is the same
 * whether it crossed to another machine or not: −0 is 0.
 *
 * @throws SdeError of the door for anything else, which says at which place.
 */
export function plainJson(value: unknown, door: DataDoor, place = '', depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value === 0 ? 0 : value;
      break;
    case 'object':
      if (value === null) return null;
      if (depth === DEEPEST) throw refuseData(door, place, `at most ${DEEPEST} levels of lists and objects`, 'more');
      if (Array.isArray(value)) {
        return Array.from(value, (entry, i) => plainJson(entry, door, placeIn(place, i, true), depth + 1));
      }
      if (isPlain(value)) {
        return Object.fromEntries(
          Object.keys(value).map((name) => {
            const at = placeIn(place, name, false);
            if (name === '__proto__') throw refuseData(door, at, 'no field of this name', 'one');
            return [name, plainJson((value as Record<string, unknown>)[name], door, at, depth + 1)];
          }),
        );
      }
      break;
    default:
  }
  throw refuseData(
    door,
    place,
    'null, true, false, a text, a finite number, or a list or an object of them',
    describe(value),
  );
}

/** An object of no class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Plain JSON as a text in which fields stand in the order of their names: one text for one value. */
export function orderedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
