import { constantFigure } from '../../report/constant-figure.js';
import { errorFigure } from '../../report/error-figure.js';
import type { Figure } from '../../report/figure.js';
import { pathsFigure } from '../../report/paths-figure.js';
import { splitFigure } from '../../report/split-figure.js';
import { threeWaysFigure } from '../../report/three-ways-figure.js';
import { accuracyFigure, lossFigure } from '../../report/training-figure.js';
import type { MainResult } from '../main-result.js';

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
