import { key } from 'sde-core';
import * as z from 'zod';
import { type Study, study } from '../command-line/study.js';
import { anyNumber, count, flag, list, number, text, warnings } from '../files/fields.js';
import { list as listOf } from '../run-folder/shape.js';
import { type ControlStudy, controlCases, controlStudy, controlTable, quickCases } from './control-study.js';
import { type CostRow, costShape, costTable, gradientCost } from './gradient-cost.js';
import { type Picture, picturesOf, writePictures } from './pictures.js';

const loss = z.strictObject({ mean: anyNumber, error: anyNumber });
const judgement = z.strictObject({
  equation: z.strictObject({ mean: anyNumber, error: anyNumber, warnings }),
  samples: list(number, 1, 65_536),
});

/** What `result.json` holds; times are in it, and are not repeated. */
const resultSchema = z.strictObject({
  cases: list(
    z.strictObject({
      name: text,
      noise: text,
      images: count,
      search: z.strictObject({
        kind: z.enum(['converged', 'stalled']),
        reason: text.optional(),
        objective: number,
        theta: list(number, 1, 65_536),
        constants: z.record(text, number),
        history: list(number, 1, 65_536),
        warnings,
      }),
      losses: list(number, 1, 65_536),
      judged: z.strictObject({ start: judgement, equation: judgement, gradients: judgement }),
      difference: z.strictObject({
        network: z.strictObject({ mean: number, standardError: anyNumber }),
        equation: loss,
      }),
      reached: flag,
    }),
    1,
    16,
  ),
  costs: list(
    z.strictObject({
      dimension: z.union([z.literal(1), z.literal(2)]),
      stepping: text,
      control: z.enum(['constant', 'linear']),
      parameters: count,
      solve: number,
      gradient: number,
      ratio: number,
      overPlain: number.optional(),
    }),
    1,
    256,
  ),
});

interface Computed {
  readonly costs: readonly CostRow[];
  readonly studies: readonly ControlStudy[];
  readonly pictures: readonly Picture[];
}

function caseResult({ name, noise, images, equation, gradients, judged, difference, reached }: ControlStudy) {
  const { kind, reason, objective, theta, constants, history, warnings: heard } = equation.outcome;
  const search = {
    kind,
    reason,
    objective,
    theta: theta.data,
    constants,
    history: history.map((iterate) => iterate.objective),
    warnings: heard,
  };
  return { name, noise, images, search, losses: gradients.losses, judged, difference, reached };
}

/** Networks trained by the control of their equation and by stochastic gradients. */
export const controlsStudy: Study<object, unknown> = study({
  name: 'control',
  about:
    'Trains networks by the control of their equation and by stochastic gradients, compares them, and measures what a gradient costs.',
  common: {
    key: { otherwise: 'control' },
    out: { about: "where the run's own folder is made", otherwise: 'out' },
    json: 'taken',
    threads: { never: 'it measures times, on one thread' },
    quick: { about: 'smaller networks on coarser grids, which learn nothing' },
    fresh: 'taken',
    repeat: 'taken',
  },
  options: {},
  version: 1,
  settings: () => ({}),
  settingsSchema: z.strictObject({}),
  resultSchema,
  machine: ['costs'],
  async compute({ key: seed, quick }, { parts, signal, progress }): Promise<Computed> {
    const cases = quick ? quickCases() : controlCases();
    const of = cases.length + 1;
    // Timed first, before anything else has filled memory.
    const costs = await parts.part('what a gradient costs', listOf(costShape), () =>
      gradientCost(quick ? { repetitions: 1, parameters: [1], signal } : { signal }),
    );
    progress({ done: 1, of, words: 'what a gradient costs' });
    const studies: ControlStudy[] = [];
    const pictures: Picture[] = [];
    for (const [i, one] of cases.entries()) {
      signal.throwIfAborted();
      const found = await controlStudy(one, { key: key(seed), parts, signal });
      studies.push(found);
      pictures.push(...picturesOf(found, one.grid));
      progress({ done: i + 2, of, words: one.name });
    }
    return { costs, studies, pictures };
  },
  result: ({ costs, studies }) => ({ cases: studies.map(caseResult), costs }),
  show: ({ costs, studies }) =>
    [`What a gradient costs:\n\n${costTable(costs)}`, ...studies.map(controlTable)].join('\n'),
  write: ({ pictures }, folder) => writePictures(pictures, folder),
});
