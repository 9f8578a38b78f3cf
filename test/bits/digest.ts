import { createHash, type Hash } from 'node:crypto';

/** One result and what it is made of. */
export interface BitLine {
  /** Begins with the names of what is computed by. */
  readonly name: string;
  readonly hash: string;
}

/**
 * A hash of every number and text in a value: the bytes of each double, NaN in one form; functions are left out, and of fields over time the values at
 * the nodes at each of their times are taken.
 */
export function digest(value: unknown): string {
  const hash = createHash('sha256');
  add(hash, value, new Set());
  return hash.digest('hex').slice(0, 32);
}

/** Fields that are no numbers and may be put into other words. */
const WORDS: ReadonlySet<string> = new Set(['message', 'program', 'version']);

const bytes = new DataView(new ArrayBuffer(8));

function add(hash: Hash, value: unknown, above: Set<unknown>): void {
  if (typeof value === 'number') {
    bytes.setFloat64(0, value, true);
    hash.update(Number.isNaN(value) ? 'NaN' : new Uint8Array(bytes.buffer));
  } else if (typeof value === 'function' || typeof value === 'symbol') hash.update('f');
  else if (typeof value !== 'object' || value === null) hash.update(`${typeof value} ${String(value)};`);
  else if (above.has(value)) hash.update('loop');
  else addAll(hash, value, new Set([...above, value]));
}

function addAll(hash: Hash, value: object, above: Set<unknown>): void {
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    hash.update('[');
    for (const part of Array.from(value as unknown as Iterable<unknown>)) add(hash, part, above);
    hash.update(']');
    return;
  }
  if (value instanceof Map || value instanceof Set) {
    add(hash, [...value], above);
    return;
  }
  const { slice, times } = value as { slice?: (t: number) => { data: Float64Array }; times?: ArrayLike<number> };
  if (typeof slice === 'function' && times) for (const t of Array.from(times)) add(hash, slice(t).data, above);
  hash.update('{');
  for (const name of Object.keys(value).sort()) {
    if (WORDS.has(name)) continue;
    hash.update(`${name}:`);
    // Every key of the object is its own.
    add(hash, (value as Record<string, unknown>)[name], above);
  }
  hash.update('}');
}
