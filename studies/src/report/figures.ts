import type { MainResult } from '../main-job/main-result.js';
import { constantFigure } from './constant-figure.js';
import { errorFigure } from './error-figure.js';
import type { Figure } from './figure.js';
import { pathsFigure } from './paths-figure.js';
import { splitFigure } from './split-figure.js';
import { threeWaysFigure } from './three-ways-figure.js';
import { accuracyFigure, lossFigure } from './training-figure.js';

/** Every picture of a result, by where the report puts it. */
export interface Figures {
  readonly training: readonly Figure[];
  /** In the order of the result's noises. */
  readonly noises: readonly (readonly Figure[])[];
  readonly split: Figure;
  readonly threeWays: Figure;
}

export function figures(result: MainResult, z: number): Figures {
  return {
    training: [lossFigure(result.noises), accuracyFigure(result.noises)],
    noises: result.noises.map((noise) => [errorFigure(noise), constantFigure(noise, z), pathsFigure(noise)]),
    split: splitFigure(result.noises),
    threeWays: threeWaysFigure(result.twoDigits, z, result.options.confidence),
  };
}

export function allFigures({ training, noises, split, threeWays }: Figures): readonly Figure[] {
  return [...training, ...noises.flat(), split, threeWays];
}
