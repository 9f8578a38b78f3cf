import { type DataShape, fields, maybe, requireShape, text } from 'sde-core/data';
import { describe, requireKeys, SdeError } from 'sde-core/errors';

/** What every picture takes. */
export interface PictureOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** In pixels. Default 640 × 440. */
  readonly width?: number;
  readonly height?: number;
}

/** The keys of {@link PictureOptions}. */
export const PICTURE_KEYS = { title: true, xLabel: true, yLabel: true, width: true, height: true } as const;

const WORDS = fields({ title: maybe(text), xLabel: maybe(text), yLabel: maybe(text) });

/** Of a side of a picture, in pixels. */
const [LEAST_PIXELS, MOST_PIXELS] = [1, 16_384];

/** Refuses the side of a picture that is no number of pixels, or too long to be drawn. */
export function requireSide(side: unknown, where: string): void {
  if (side === undefined || (typeof side === 'number' && side >= LEAST_PIXELS && side <= MOST_PIXELS)) return;
  throw new SdeError('value', {
    what: 'not a number of pixels',
    where,
    expected: `a number ≥ ${LEAST_PIXELS} and ≤ ${MOST_PIXELS}`,
    got: describe(side),
    remedy: 'leave it out for the default',
  });
}

/** Refuses options that are no options of a picture, or of another shape than `shapes` says beside. */
export function requirePicture(
  options: unknown,
  known: Readonly<Record<string, true>>,
  name: string,
  shapes: Readonly<Record<string, DataShape>> = {},
): void {
  requireKeys(options, { ...PICTURE_KEYS, ...known }, `${name}(…, options)`);
  const { width, height } = (options ?? {}) as PictureOptions;
  const door = {
    what: 'options that cannot be drawn',
    where: `${name}(…, options)`,
    remedy: 'leave them out for the default',
  };
  requireShape(options ?? {}, WORDS, door);
  requireShape(options ?? {}, fields(shapes), door);
  requireSide(width, `${name}(…, { width })`);
  requireSide(height, `${name}(…, { height })`);
}
