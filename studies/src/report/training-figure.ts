import { dot, line, text } from '@observablehq/plot';
import { decadeTicks, drawing } from 'sde-plots/drawing';
import type { NoiseResult } from '../main-job/main-result.js';
import type { Figure } from './figure.js';
import { FLOW, LEADING } from './palette.js';

/** The losses over the epochs, a panel a noise. */
export function lossFigure(noises: readonly NoiseResult[]): Figure {
  const rows = perEpoch(noises);
  const losses = rows.flatMap(({ loss, testLoss }) => [loss, testLoss]);
  const ticks = decadeTicks(Math.min(...losses), Math.max(...losses));
  const svg = drawing({
    name: 'training-loss',
    height: 320,
    x: { label: 'epoch', labelAnchor: 'center', labelArrow: 'none', ticks: epochTicks(rows) },
    y: {
      label: null,
      type: 'log',
      grid: true,
      ticks: ticks.length > 1 ? ticks : 5,
      tickFormat: plain,
    },
    fx: { label: null, axis: null, domain: noises.map((n) => n.title) },
    marginTop: 58,
    vertical: 'cross-entropy, in nats',
    legend: [
      { label: 'training images, with noise', color: LEADING.color, stroke: '7 4' },
      { label: 'test images, without noise', color: FLOW.color, stroke: 'solid' },
    ],
    marks: [
      line(rows, {
        fx: 'title',
        x: 'epoch',
        y: 'loss',
        stroke: LEADING.color,
        strokeDasharray: '7 4',
        strokeWidth: 1.8,
      }),
      line(rows, { fx: 'title', x: 'epoch', y: 'testLoss', stroke: FLOW.color, strokeWidth: 1.8 }),
      titles(noises),
    ],
  });
  return {
    name: 'training-loss',
    svg,
    alternative: 'Training loss with noise and test loss without noise over the epochs, a panel for each noise',
    caption:
      'Training. The broken line is what is minimized: the loss with noise, on the training images. Look at the distance between the lines: the noise ' +
      'makes the training loss the larger of the two where it costs more than overfitting gains.',
  };
}

/** The share of test images classified rightly over the epochs, with the share under noise at the end. */
export function accuracyFigure(noises: readonly NoiseResult[]): Figure {
  const rows = perEpoch(noises).map((row) => ({ ...row, share: 100 * row.testAccuracy }));
  const ends = noises.map(({ title, training, accuracy }) => ({
    title,
    epoch: training.length,
    share: 100 * accuracy.noisy,
  }));
  const svg = drawing({
    name: 'training-accuracy',
    height: 300,
    x: { label: 'epoch', labelAnchor: 'center', labelArrow: 'none', ticks: epochTicks(rows) },
    y: { label: null, grid: true, ticks: 5, nice: true },
    fx: { label: null, axis: null, domain: noises.map((n) => n.title) },
    marginTop: 58,
    vertical: 'test images classified rightly, in %',
    legend: [
      { label: 'without noise', color: FLOW.color, stroke: 'solid' },
      { label: 'the trained network, with noise', color: LEADING.color, symbol: 'square' },
    ],
    marks: [
      line(rows, { fx: 'title', x: 'epoch', y: 'share', stroke: FLOW.color, strokeWidth: 1.8 }),
      dot(ends, { fx: 'title', x: 'epoch', y: 'share', fill: LEADING.color, symbol: 'square', r: 5 }),
      titles(noises),
    ],
  });
  return {
    name: 'training-accuracy',
    svg,
    alternative: 'Test accuracy over the epochs, a panel for each noise, with the accuracy under noise at the end',
    caption:
      'Accuracy on images that were not trained on. Look at the square: it is the same network with the noise left on, which should cost little.',
  };
}

function perEpoch(noises: readonly NoiseResult[]): (NoiseResult['training'][number] & { readonly title: string })[] {
  return noises.flatMap(({ title, training }) => training.map((point) => ({ ...point, title })));
}

function titles(noises: readonly NoiseResult[]): ReturnType<typeof text> {
  return text(
    noises.map(({ noise, title }) => ({ title, short: noise.replaceAll('-', ' ') })),
    { fx: 'title', text: 'short', frameAnchor: 'top', dy: -16, fontWeight: 'bold' },
  );
}

const plain = (value: number): string => String(Number(value.toPrecision(2)));

/** As many ticks as leave whole epochs, four at most. */
function epochTicks(rows: readonly { readonly epoch: number }[]): number {
  const last = Math.max(...rows.map(({ epoch }) => epoch));
  return Math.min(4, Math.max(1, last - 1));
}
