import * as z from 'zod';
import type { PlainWarning } from './plain.js';

// What the fields of our files are made of. Every list and every text has an end, and every number a range.

/** Of a name, a reason or a sentence. */
const LONGEST_TEXT = 16_384;
const LARGEST_COUNT = Number.MAX_SAFE_INTEGER;

export const text: z.ZodType<string> = z.string().max(LONGEST_TEXT);
export const flag: z.ZodType<boolean> = z.boolean();
export const number: z.ZodType<number> = z.number();
export const share: z.ZodType<number> = z.number().gte(0).lte(1);
/** A probability that is neither 0 nor 1. */
export const level: z.ZodType<number> = z.number().gt(0).lt(1);
export const positive: z.ZodType<number> = z.number().gt(0);
export const notNegative: z.ZodType<number> = z.number().gte(0);
export const count: z.ZodType<number> = whole(0, LARGEST_COUNT);

/** A whole number in a range. */
export function whole(least: number, most: number): z.ZodType<number> {
  return z.int().gte(least).lte(most);
}

const WORDS = ['NaN', 'Infinity', '-Infinity'] as const;

/** A number that may have been none, or infinite: files have a word for it. */
export const anyNumber: z.ZodType<number> = z.union([z.number(), z.literal(WORDS).transform(Number)], {
  error: `a number, ${WORDS.map((word) => `'${word}'`).join(', ')}`,
});

/** A list of at least and at most so many; its length is looked at before anything in it is. */
export function list<T>(entry: z.ZodType<T>, least: number, most: number): z.ZodType<T[]> {
  return z.array(z.unknown()).min(least).max(most).pipe(z.array(entry));
}

/** Whole numbers of a range, each larger than the one before. */
export function increasing(
  least: number,
  most: number,
  entries: { readonly least: number; readonly most: number },
): z.ZodType<number[]> {
  return list(whole(least, most), entries.least, entries.most).refine(
    (values) => values.every((value, i) => i === 0 || value > values[i - 1]),
    { error: 'numbers that increase' },
  );
}

/** Between two numbers, at a confidence. */
export const interval: z.ZodType<{ low: number; high: number; level: number }> = z.strictObject({
  low: anyNumber,
  high: anyNumber,
  level,
});

const figure = z.union([anyNumber, text, flag, z.null()]);
const MOST_FIGURES = 65_536;

/** The figures of a warning have names that its kind knows; they are plain, and not deep. */
const fact: z.ZodType<unknown> = [1, 2, 3].reduce<z.ZodType<unknown>>(
  (inner) => z.union([figure, list(inner, 0, MOST_FIGURES), z.record(text, inner)], { error: 'a plain figure' }),
  figure,
);

export const warnings: z.ZodType<PlainWarning[]> = list(
  z.object({ kind: text, message: text }).catchall(fact),
  0,
  1024,
);
