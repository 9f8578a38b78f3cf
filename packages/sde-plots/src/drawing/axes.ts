import { axisX, axisY, gridY, type Markish } from '@observablehq/plot';
import type { Ticks } from './ticks.js';

/** Axes with the given ticks, each with its label: as marks, because a logarithmic scale of Plot leaves out labels that it finds too many. */
export const axes = (
  across: Ticks,
  up: Ticks,
  { grid = true }: { readonly grid?: boolean } = {},
): readonly Markish[] => [
  ...(grid ? [gridY(up.ticks)] : []),
  axisX(across.ticks, { text: (tick: number) => across.tickFormat(tick), label: null }),
  axisY(up.ticks, { text: (tick: number) => up.tickFormat(tick), label: null }),
];
