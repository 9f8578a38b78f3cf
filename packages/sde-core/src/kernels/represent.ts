import type { Node } from '../expression/graph.js';
import { type Constant, type Instruction, plain, straightline } from '../expression/straightline.js';
import type { Law } from '../randomness/law.js';
import {
  type FunctionalSource,
  REPRESENTATION_VERSION,
  type Representation,
  type StepSource,
} from './representation.js';
import { stepCode } from './step-code.js';
import type { TimeGrid } from './time-grid.js';
import type { TracedStep } from './trace.js';

/** Functionals of the state at T as nodes over symbols, in a graph of their own: other functionals do not change their code. */
export interface TracedValues {
  /** Shape (d). */
  readonly state: readonly Node[];
  /** One for each functional. */
  readonly nodes: readonly Node[];
}

/** The representation of a traced step with functionals: of a symbolic model, whose step calls no closures. */
export function represent(
  step: TracedStep,
  grid: TimeGrid,
  parts: {
    readonly laws: readonly Law[];
    readonly values: TracedValues;
    readonly x0: ArrayLike<number>;
    readonly antithetic: boolean;
    readonly nonNegative?: readonly number[];
  },
): Representation {
  const { laws, values, x0, antithetic, nonNegative } = parts;
  const { t0, h, steps, breakpoints } = grid;
  const { instructions, next } = stepCode(step);
  const places = new Map(
    values.state.map((symbol, index): [Node, FunctionalSource] => [symbol, { kind: 'state', index }]),
  );
  const functionals = straightline<FunctionalSource>(values.nodes, (symbol) => places.get(symbol) ?? UNKNOWN);
  return {
    version: REPRESENTATION_VERSION,
    grid: { t0, h, steps, ...(breakpoints && { breakpoints }) },
    laws: laws.map(lawAsData),
    x0: Array.from(x0, plain),
    // A step without calls has the sources of a representation alone.
    step: { instructions: instructions as readonly Instruction<StepSource>[], next },
    functionals: { instructions: functionals.instructions, values: values.nodes.map(functionals.at) },
    ...(nonNegative && { nonNegative: [...nonNegative] }),
    antithetic,
  };
}

const UNKNOWN: Constant = { kind: 'constant', value: 'NaN' };

function lawAsData({ kind, mean, variance, thirdCumulant, fourthMoment, parameters, outcomes }: Law): Law {
  return {
    kind,
    mean,
    variance,
    thirdCumulant,
    fourthMoment,
    parameters: [...parameters],
    ...(outcomes && { outcomes: outcomes.map(({ probability, value }) => ({ probability, value })) }),
  };
}
