import { errorDrawing } from 'sde-plots/drawing';
import type { NoiseResult } from '../main-job/main-result.js';
import type { Figure } from './figure.js';
import { percent } from './number.js';
import { LIMITS } from './palette.js';

/** The measured weak errors against the three limits over h, doubly logarithmic, with what theory predicts of each. */
export function errorFigure({ noise, title, study }: NoiseResult): Figure {
  const { euler, total } = study.predicted;
  const { constant } = study.orders.modified;
  const theory = {
    flow: { label: 'against the flow', predicted: { constant: total, order: 1, label: 'predicted h·|C₁|' } },
    leading: {
      label: 'against the leading SDE',
      predicted: { constant: euler, order: 1, label: 'predicted h·|euler part|' },
    },
    modified: {
      label: 'against the modified SDE',
      predicted: { constant: constant.value, order: 2, label: 'fitted constant · h²' },
    },
  };
  const confidence = study.orders.flow.interval.level;
  const svg = errorDrawing({
    name: `error-${noise}`,
    series: LIMITS.map(({ name }) => ({ ...theory[name], points: study.levels.map(({ errors }) => errors[name]) })),
    title: 'Weak error over the step',
    note: title,
    xLabel: 'step h of a layer',
    yLabel: '|weak error| of the loss, in nats',
    confidence,
  });
  return {
    name: `error-${noise}`,
    svg,
    alternative: `Weak error of the network with ${title} against three limits, over the step h, doubly logarithmic`,
    caption:
      `Weak error of the network with ${title} against its three limits. Bars are ${percent(confidence)} intervals of the ` +
      'sampling; one that reaches the lower frame includes zero, and a hollow symbol is a negative error. Look at whether circles and squares ' +
      'settle on their lines, which nothing was fitted to, and whether triangles fall twice as steeply.',
  };
}
