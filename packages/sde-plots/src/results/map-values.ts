import type { NumberList } from './number-list.js';

/** A picture of a function on a rectangle. */
export interface MapPlotOptions {
  /** Horizontal points, increasing; shape (n). */
  readonly x: NumberList;
  /** Vertical points, increasing; shape (k). */
  readonly y: NumberList;
  /** Shape (n, k), row-major. A cell with a corner that is not finite is blank, and the picture says how many are not. */
  readonly values: NumberList;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** What the colors measure. */
  readonly valueLabel: string;
  /** Values beyond ± this have the last color. Default: the largest |value|. */
  readonly limit?: number;
  /** Colors of one sign, pale to dark, from the first of these to the second, instead of colors for both signs around 0. */
  readonly range?: readonly [number, number];
  /** Sentences below. Default none. */
  readonly remarks?: readonly string[];
  /** In pixels. Default 640 × 440. */
  readonly width?: number;
  readonly height?: number;
}
