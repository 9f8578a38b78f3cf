import { inspect } from 'node:util';

const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?…?/gi;

/** A value as an example shows it: arrays of any kind alike, strings as they are. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 1000 }).replace(
    /(?:Float64|Float32|Uint8|Uint32|Int32)Array\(\d+\) /g,
    '',
  );
}

/**
 * Whether what came is what the example shows: the same words, and numbers that round to the digits shown.
 *
 * A shown number stands for its last digit's half unit (one unit where it ends in `…`, which cuts digits off).
 */
export function agrees(expected: string, got: string): boolean {
  const plain = (text: string): string => text.replace(NUMBER, '#').replace(/\s+/g, ' ').trim();
  if (plain(expected) !== plain(got)) return false;
  const wanted = expected.match(NUMBER) ?? [];
  const came = got.match(NUMBER) ?? [];
  return wanted.every((text, i) => {
    const unit = lastDigit(text) * (text.endsWith('…') ? 1 : 0.5);
    // The bound is widened by the rounding of a subtraction of two doubles of this size.
    const rounding = 4 * Number.EPSILON * Math.max(1, Math.abs(Number.parseFloat(text)));
    return Math.abs(Number.parseFloat(text) - Number.parseFloat(came[i])) <= unit + rounding;
  });
}

function lastDigit(text: string): number {
  const [mantissa, exponent = '0'] = text.replace('…', '').toLowerCase().split('e');
  const decimals = mantissa.split('.')[1]?.length;
  // A whole number without a point or an exponent is exact.
  if (decimals === undefined && !text.includes('e') && !text.includes('…')) return 0;
  return 10 ** (Number(exponent) - (decimals ?? 0));
}
