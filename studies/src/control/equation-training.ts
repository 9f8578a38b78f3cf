import {
  type Axis,
  type ControlCheckpoint,
  type ControlOutcome,
  type ControlProblem,
  crankNicolson,
  type Discretization,
  hundsdorferVerwer,
  type OptimizeOptions,
  optimizeControlAsync,
  uniform,
} from 'kolmogorov';
import { type ResidualNetwork, symbolicLimit } from 'resnet-bridge';
import { NOTHING_KEPT, type Parts } from '../run-folder/parts.js';
import { count, facts, fields, list, number, type Shape, text, word } from '../run-folder/shape.js';
import { type DigitsTask, imagesOf } from './digits-task.js';

/** Sizes of the grid: it must hold where states go, with room for the noise. */
export interface GridSizes {
  /** From −reach to reach along each axis. */
  readonly reach: number;
  /** Points an axis, odd. */
  readonly points: number;
  /** Time steps a layer. */
  readonly substeps: number;
}

/** A network trained by the control of an equation. */
export interface EquationTraining {
  readonly network: ResidualNetwork;
  readonly problem: ControlProblem;
  readonly outcome: ControlOutcome;
}

/** How far a search goes. */
export interface EquationOptions
  extends Pick<OptimizeOptions, 'iterations' | 'tolerance' | 'method' | 'onProgress' | 'signal'> {
  /** No weight is larger: larger ones make layers that turn faster than the grid resolves, and h DF that is not small. */
  readonly bound: number;
  /** Of |θ|², to the same end. Default 0. */
  readonly regularization?: number;
  /** Where the search keeps where it stands, under this name. */
  readonly parts?: Parts;
  readonly name?: string;
}

const checkpointShape: Shape<ControlCheckpoint> = fields({
  kind: word('control-checkpoint'),
  method: text,
  names: list(text),
  state: fields({
    x: list(number),
    gradient: list(number),
    objective: number,
    memory: facts(),
    history: list(fields({ iteration: count, objective: number, residual: number })),
  }),
});

/** Trains a network as the control of the backward equation of its modified SDE, from the training images as they are. */
export async function trainByEquation(
  task: DigitsTask,
  sizes: GridSizes,
  { bound, regularization, parts = NOTHING_KEPT, name = 'control', ...options }: EquationOptions,
): Promise<EquationTraining> {
  const { network, noise, states } = task;
  const limit = symbolicLimit(network, noise, { accuracy: 'modified' });
  const weight = 1 / imagesOf(task);
  const problem: ControlProblem = {
    model: limit.model,
    parameters: limit.parameters,
    constants: limit.readOut,
    regularization,
    T: network.horizon,
    classes: states.map((points, label) => ({
      terminal: limit.crossEntropy(label),
      initial: { points, weights: points.map(() => weight) },
    })),
  };
  const search = (resume?: ControlCheckpoint): Promise<ControlOutcome> =>
    optimizeControlAsync(problem, {
      ...discretization(network.dimension, network.depth, sizes),
      intervals: network.depth,
      start: limit.values,
      bounds: { lower: -bound, upper: bound },
      onCheckpoint: (checkpoint) => parts.keep(`${name}, search`, checkpoint),
      ...options,
      ...(resume ? { resume } : {}),
    });
  const outcome = await parts.goOn(`${name}, search`, checkpointShape, search);
  const found = [...outcome.theta.data, ...limit.readOut.map((name) => outcome.constants[name])];
  return { network: limit.withValues(found), problem, outcome };
}

/** Axes and steps: Crank–Nicolson on a line, a splitting in the plane. */
export function discretization(
  dimension: number,
  depth: number,
  { reach, points, substeps }: GridSizes,
): Discretization {
  const axis: Axis = uniform(-reach, reach, points);
  const steps = depth * substeps;
  return {
    grid: Array.from({ length: dimension }, () => axis),
    boundary: { kind: 'reflecting' },
    stepping: dimension === 1 ? crankNicolson({ steps }) : hundsdorferVerwer({ steps }),
  };
}
