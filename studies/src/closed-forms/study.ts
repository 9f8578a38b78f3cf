import { textTable } from 'sde-plots';
import * as z from 'zod';
import { whole as wholeNumber } from '../command-line/option.js';
import { type Study, study } from '../command-line/study.js';
import { whole } from '../files/fields.js';
import type { Plain } from '../files/plain.js';
import { closedForms } from './cases.js';
import { type ClosedFormStudy, closedFormStudy } from './closed-form-study.js';
import { closedFormsSchema } from './closed-forms-schema.js';
import { nativeProgram } from './native-program.js';
import { QUANTLIB } from './quantlib.js';
import { studyTables, writeStudy } from './write-study.js';

const ROUNDS = 5;
const MOST_ROUNDS = 10_000;
/** Of those that are solved in milliseconds: a call, an exit time. */
const QUICK = /in log S|exit time/;

interface Settings {
  readonly rounds: number;
}

/** Every problem with a closed form on three grids, beside QuantLib where it is installed. */
export const closedFormsStudy: Study<Settings, Plain<ClosedFormStudy>> = study({
  name: 'closed-forms',
  about:
    'Solves every problem with a closed form on three grids: errors, orders and times, beside QuantLib where it is installed.',
  common: {
    key: { never: 'nothing in it is random' },
    out: { about: "where the run's own folder is made", otherwise: 'out' },
    json: 'taken',
    threads: { never: 'it measures times, on one thread' },
    quick: { about: 'two of the problems, in one round, without QuantLib' },
    fresh: 'taken',
    repeat: 'taken',
  },
  options: {
    rounds: wholeNumber([1, MOST_ROUNDS], {
      about: 'all of it so often; the least times count',
      otherwise: `${ROUNDS}, or 1 with --quick`,
    }),
  },
  version: 1,
  settings: ({ rounds }, quick): Settings => ({ rounds: rounds ?? (quick ? 1 : ROUNDS) }),
  settingsSchema: z.strictObject({ rounds: whole(1, MOST_ROUNDS) }),
  resultSchema: closedFormsSchema,
  limits: { bytes: 2 ** 22, depth: 12 },
  machine: ['seconds'],
  async compute({ quick, settings: { rounds } }, { out, parts, signal, progress }) {
    return closedFormStudy({
      rounds,
      quantlib: quick
        ? { kind: 'absent', reason: 'QuantLib is left out of a quick run' }
        : await nativeProgram(QUANTLIB, `${out}/native`),
      cases: quick ? closedForms().filter(({ name }) => QUICK.test(name)) : undefined,
      parts,
      clock: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
      signal,
      onProgress: progress,
    });
  },
  result: (found) => found,
  show: (found) =>
    [...studyTables(found).map(textTable), ...(found.skipped ? [`skipped: ${found.skipped}`] : [])].join('\n\n'),
  write: writeStudy,
});
