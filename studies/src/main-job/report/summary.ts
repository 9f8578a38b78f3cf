import { textTable } from 'sde-plots';
import type { MainResult } from '../main-result.js';
import { accuracyTable, constantTable, errorTable, orderTable, waysLadder, waysTable } from './result-tables.js';
import { verdicts } from './verdict.js';
import { warningsOf } from './warnings.js';

/** The result as a terminal shows it. */
export function summary(result: MainResult, z: number): string {
  const { confirmed, refuted, inconclusive, remarks } = verdicts(result);
  const tables = [
    accuracyTable(result),
    ...result.noises.flatMap((noise) => [errorTable(noise, z), orderTable(noise)]),
    constantTable(result),
    waysTable(result.twoDigits, z),
    waysLadder(result.twoDigits, z),
  ];
  return [
    ...tables.map(textTable),
    `Verdicts: ${confirmed} confirmed, ${refuted} refuted, ${inconclusive} inconclusive.`,
    ...remarks,
    ...warningsOf(result).map(({ about, message }) => `Warning, ${about}: ${message}`),
  ].join('\n\n');
}
