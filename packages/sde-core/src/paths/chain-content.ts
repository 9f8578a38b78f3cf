import { bind } from '../expression/expression.js';
import { straightline } from '../expression/straightline.js';
import { stepCode } from '../kernels/step-code.js';
import type { TimeGrid } from '../kernels/time-grid.js';
import type { TracedStep } from '../kernels/trace.js';
import type { Model } from '../models/model.js';
import { isSymbolicModel } from '../models/symbolic.js';
import type { Chain } from './chain.js';

/** Text that stands for all numbers inside a chain's step, for hashes: its instructions, however they are run; of a closure nothing is known but its own text. */
export const contentOf = ({ content, traced, step }: Pick<Chain, 'content' | 'traced' | 'step'>): string =>
  content ?? (traced ? stepContent(traced.step, traced.grid) : String(step));

/** The same of a traced step. */
export function stepContent(step: TracedStep, { t0, h, breakpoints = [] }: TimeGrid): string {
  return JSON.stringify([stepCode(step), t0, h, breakpoints]);
}

/** The same of a model's coefficients. */
export function modelContent(model: Model): string {
  if (!isSymbolicModel(model)) return `${model.drift}; ${model.diffusion}; ${model.diffusionJacobian}`;
  const { graph, parameters, driftNodes, diffusionNodes } = model;
  const nodes = bind(graph, [...driftNodes, ...diffusionNodes], parameters);
  const { instructions, at } = straightline(nodes, ({ name }) => ({ kind: 'symbol', name }));
  return JSON.stringify([instructions, nodes.map(at)]);
}
