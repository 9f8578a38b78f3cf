import { gaussianInjection, type Noise, type ResidualNetwork, stochasticDepth } from 'resnet-bridge';
import { fold, type Key } from 'sde-core';
import { NOTHING_KEPT, type Parts } from '../run-folder/parts.js';
import { fields, float64, list, number, type Shape, text } from '../run-folder/shape.js';
import { type DigitsTask, digitsTask, imagesOf, type TaskSizes } from './digits-task.js';
import { type EquationOptions, type EquationTraining, type GridSizes, trainByEquation } from './equation-training.js';
import { type GradientTraining, type Stage, trainByGradients } from './gradient-training.js';
import { type Judgement, judge, meanOf } from './judgement.js';

/** A network to be trained both ways. */
export interface ControlCase {
  readonly name: string;
  readonly sizes: TaskSizes;
  readonly noise: Noise;
  readonly grid: GridSizes;
  readonly equation: EquationOptions;
  readonly stages: readonly Stage[];
  /** Samples of the network's loss, each over all images. */
  readonly samples: number;
}

/** One network trained both ways, judged the same way. */
export interface ControlStudy {
  readonly name: string;
  readonly noise: string;
  readonly task: DigitsTask;
  readonly images: number;
  readonly equation: EquationTraining;
  readonly gradients: GradientTraining;
  readonly judged: { readonly start: Judgement; readonly equation: Judgement; readonly gradients: Judgement };
  /** Loss of the equation's network less that of the other. */
  readonly difference: {
    /** Of the networks, sampled with the same noise for both. */
    readonly network: { readonly mean: number; readonly standardError: number };
    /** Of their modified equations, with what both discretizations are off by: infinite where that is not known. */
    readonly equation: { readonly mean: number; readonly error: number };
  };
  /** Whether both differences are at most their errors; by that of the networks alone where the other's error is not known. */
  readonly reached: boolean;
}

/**
 * Digits 3 and 8 on one and on two principal components: stochastic depth on the line, Gaussian noise in the plane.
 *
 * Bounds and the regularization keep h DF small, where the modified equation stands for the network and the grid resolves it: without them the
 * search finds weights for which neither holds. They bind the equation's control alone; stochastic gradients are free. Empirical.
 */
export function controlCases(): readonly ControlCase[] {
  const stages = [
    { epochs: 60, learningRate: 0.01 },
    { epochs: 30, learningRate: 0.001 },
  ];
  return [
    {
      name: 'one component, stochastic depth',
      sizes: { classes: [3, 8], dimension: 1, width: 2, depth: 12, horizon: 1 },
      noise: stochasticDepth({ survival: 0.8 }),
      grid: { reach: 6, points: 201, substeps: 4 },
      equation: { bound: 2.5, regularization: 1e-4, iterations: 100 },
      stages,
      samples: 64,
    },
    {
      name: 'two components, Gaussian injection',
      sizes: { classes: [3, 8], dimension: 2, width: 2, depth: 12, horizon: 1 },
      noise: gaussianInjection({ scale: 0.7 }),
      grid: { reach: 6, points: 81, substeps: 3 },
      equation: { bound: 2.5, regularization: 2e-4, iterations: 80 },
      stages,
      samples: 64,
    },
  ];
}

/** The same in small: everything is computed, of smaller networks on coarser grids, and nothing is learned. */
export function quickCases(): readonly ControlCase[] {
  return controlCases().map((one) => ({
    ...one,
    sizes: { ...one.sizes, depth: 4 },
    grid: one.sizes.dimension === 1 ? { reach: 6, points: 41, substeps: 2 } : { reach: 6, points: 21, substeps: 2 },
    equation: { ...one.equation, iterations: 6 },
    stages: [
      { epochs: 2, learningRate: 0.01 },
      { epochs: 1, learningRate: 0.001 },
    ],
    samples: 2,
  }));
}

const judgementShape: Shape<Judgement> = fields({
  equation: fields({ mean: number, error: number, warnings: list(fields({ kind: text, message: text })) }),
  samples: float64,
});

/** Trains a network both ways from the same weights, and judges both. */
export async function controlStudy(
  { name, sizes, noise, grid, equation: options, stages, samples }: ControlCase,
  { key, parts = NOTHING_KEPT, signal }: { readonly key: Key; readonly parts?: Parts; readonly signal?: AbortSignal },
): Promise<ControlStudy> {
  const task = digitsTask(sizes, noise, fold(key, name));
  const equation = await trainByEquation(task, grid, { ...options, parts, name, signal });
  const gradients = await trainByGradients(task, stages, { key: fold(key, name, 'gradients'), parts, name, signal });
  const judging = { ...grid, samples, key: fold(key, name, 'judgement'), signal };
  const judged = (whose: string, network: ResidualNetwork): Promise<Judgement> => {
    signal?.throwIfAborted();
    return parts.part(`${name}, judgement of ${whose}`, judgementShape, () => judge(network, task, judging));
  };
  const start = await judged('the start', task.network);
  const ofEquation = await judged('the control', equation.network);
  const ofGradients = await judged('the gradients', gradients.network);
  const difference = {
    network: meanOf(ofEquation.samples.map((loss, i) => loss - ofGradients.samples[i])),
    equation: {
      mean: ofEquation.equation.mean - ofGradients.equation.mean,
      error: ofEquation.equation.error + ofGradients.equation.error,
    },
  };
  const { network, equation: limit } = difference;
  return {
    name,
    noise: noise.name,
    task,
    images: imagesOf(task),
    equation,
    gradients,
    judged: { start, equation: ofEquation, gradients: ofGradients },
    difference,
    reached: network.mean <= network.standardError && limit.mean <= limit.error,
  };
}

/** A value with its error, in nats; where no error is known, that is said. */
const within = (mean: number, error: number): string =>
  `${signed(mean, 5)} ${Number.isFinite(error) ? `± ${error.toFixed(5)}` : '(error not known)'}`;

/** The study as a table. */
export function controlTable({ name, noise, images, equation, judged, difference, reached }: ControlStudy): string {
  const row = (label: string, { equation: limit, samples }: Judgement): string => {
    const { mean, standardError } = meanOf(samples);
    return `| ${label} | ${within(mean, standardError)} | ${within(limit.mean, limit.error)} |`;
  };
  const { network, equation: limit } = difference;
  const { kind, objective, history } = equation.outcome;
  return [
    `**${name}** (${noise}; ${images} images, ${equation.problem.parameters.length} weights a layer)`,
    '',
    '| expected loss with noise, in nats | network, sampled | modified equation, extrapolated |',
    '|:---|---:|---:|',
    row('at the start', judged.start),
    row('stochastic gradients', judged.gradients),
    row('control of the equation', judged.equation),
    `| control less gradients | ${within(network.mean, network.standardError)} | ${within(limit.mean, limit.error)} |`,
    '',
    `The control's search: ${kind} after ${history.length - 1} iterates at J = ${objective.toFixed(5)}. The loss of stochastic gradients is ${reached ? '' : 'not '}reached.`,
    ...(Number.isFinite(limit.error) ? [] : [UNKNOWN]),
    ...Object.entries(judged).flatMap(
      ([
        whose,
        {
          equation: { warnings },
        },
      ]) =>
        warnings.map(
          ({ kind, message }) => `Warning, equation of ${WHOSE[whose as keyof typeof judged]}: ${kind}: ${message}`,
        ),
    ),
    '',
  ].join('\n');
}

const UNKNOWN =
  'That is by the networks alone: how far an extrapolated equation is off is known only where three grids agree on its order.';
const WHOSE = { start: 'the start', equation: 'the control', gradients: 'stochastic gradients' } as const;

const signed = (value: number, digits: number): string => value.toFixed(digits).replace('-', '−');
