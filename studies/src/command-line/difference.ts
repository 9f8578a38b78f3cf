/** Where two texts of JSON first differ, as `noises[0].study.levels[2].h: 0.1 → 0.2`; undefined where they do not. */
export function firstDifference(before: string, after: string): string | undefined {
  if (before === after) return undefined;
  return differing(JSON.parse(before), JSON.parse(after), '') ?? 'the bytes, though no value does';
}

function differing(a: unknown, b: unknown, path: string): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path}: ${JSON.stringify(a)} → ${JSON.stringify(b)}`;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  for (const name of names) {
    const next = Array.isArray(a) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
    // Both are objects, and a name that one lacks reads as undefined.
    const found = differing((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name], next);
    if (found) return found;
  }
  return undefined;
}

/** For JSON.stringify, which has no NaN, no infinity and no typed arrays: words, and lists. */
export function plainValue(_: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number>);
  return value;
}

/** What is said of a result that was computed again: with which exit code is for the caller, who knows whether `difference` is there. */
export function repeatedWords(
  difference: string | undefined,
  versions: { readonly before: string; readonly now: string },
  changes: readonly string[],
): string {
  if (difference !== undefined) {
    const { before, now } = versions;
    const other = before === now ? '' : `It was computed by version ${before}; this is version ${now}.\n`;
    return `The result differs, first in ${difference}\n${other}`;
  }
  return changes.length === 0
    ? 'The result is identical, bit for bit.\n'
    : `The same numbers, bit for bit; the environment differs: ${changes.join('; ')}.\n`;
}
