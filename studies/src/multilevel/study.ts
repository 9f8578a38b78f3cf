import { key, workers } from 'sde-core';
import * as z from 'zod';
import { type Study, study } from '../command-line/study.js';
import { anyNumber, count, interval, list, number, positive, text, warnings } from '../files/fields.js';
import { type Plain, schemaFor } from '../files/plain.js';
import { type CostRow, type CostStudy, costCases, costStudy, costTable } from './cost-study.js';

const TOLERANCES = [2e-3, 1e-3, 5e-4, 2.5e-4, 1.25e-4];
const QUICK = [8e-3, 4e-3, 2e-3];

type Estimate = CostRow['estimate'];

/** What `result.json` holds of a case: an estimate's provenance is left out, which the file's key and version stand for. */
interface CaseResult extends Omit<CostStudy, 'rows'> {
  readonly rows: readonly (Omit<CostRow, 'estimate'> & {
    readonly estimate: Pick<
      Estimate,
      'kind' | 'mean' | 'standardError' | 'bias' | 'interval' | 'paths' | 'nonFinite' | 'cost' | 'warnings'
    > & { readonly levels: readonly Pick<Estimate['levels'][number], 'steps' | 'paths' | 'mean' | 'variance'>[] };
  })[];
}

const estimate = z.strictObject({
  kind: z.enum(['converged', 'stalled']),
  mean: anyNumber,
  standardError: anyNumber,
  bias: anyNumber,
  interval,
  paths: count,
  nonFinite: count,
  cost: number,
  warnings,
  levels: list(z.strictObject({ steps: count, paths: count, mean: anyNumber, variance: anyNumber }), 1, 64),
});

const resultSchema = schemaFor<readonly CaseResult[]>()(
  list(
    z.strictObject({
      name: text,
      exact: number,
      slope: anyNumber,
      rows: list(z.strictObject({ tolerance: positive, covered: z.boolean(), estimate }), 1, 64),
    }),
    1,
    64,
  ),
);

const caseResult = ({ rows, ...rest }: CostStudy): CaseResult => ({
  ...rest,
  rows: rows.map(({ tolerance, covered, estimate: found }) => {
    const { kind, mean, standardError, bias, paths, nonFinite, cost } = found;
    const levels = found.levels.map(({ steps, paths, mean, variance }) => ({ steps, paths, mean, variance }));
    const { low, high, level } = found.interval;
    return {
      tolerance,
      covered,
      estimate: {
        kind,
        mean,
        standardError,
        bias,
        interval: { low, high, level },
        paths,
        nonFinite,
        cost,
        warnings: found.warnings,
        levels,
      },
    };
  }),
});

/** What a tolerance costs by multilevel Monte Carlo, on two calls with closed forms. */
export const multilevelStudy: Study<object, Plain<readonly CaseResult[]>> = study({
  name: 'multilevel',
  about: 'Measures what a tolerance costs by multilevel Monte Carlo, on two calls with closed forms.',
  common: {
    key: { otherwise: 'multilevel' },
    out: { about: "where the run's own folder is made", otherwise: 'out' },
    json: 'taken',
    threads: 'taken',
    quick: { about: `to the tolerances ${QUICK.join(', ')} alone` },
    fresh: 'taken',
    repeat: 'taken',
  },
  options: {},
  version: 1,
  settings: () => ({}),
  settingsSchema: z.strictObject({}),
  resultSchema,
  async compute({ key: seed, quick }, { threads, parts, signal, progress }) {
    const tolerances = quick ? QUICK : TOLERANCES;
    const backend = workers({ threads });
    const studies: CostStudy[] = [];
    try {
      const cases = costCases();
      for (const [i, one] of cases.entries()) {
        studies.push(await costStudy(one, { tolerances, key: key(seed), backend, parts, signal }));
        progress({ done: i + 1, of: cases.length, words: one.name });
      }
    } finally {
      await backend.close();
    }
    return studies;
  },
  result: (studies) => studies.map(caseResult),
  show: (studies) => studies.map(costTable).join('\n'),
});
