import {
  type DataShape,
  list,
  maybe,
  notNegative,
  oneOf,
  only,
  requireShape,
  someNumber,
  text,
} from '../data/data-shape.js';
import type { Calculus, NoiseStructure } from '../models/model.js';

/** What was measured on one model. Orders are local ones minus 1; ∞ where the moments are exact. */
export interface CertificateRow {
  readonly model: string;
  readonly noise: NoiseStructure['kind'];
  readonly dimension: number;
  readonly noiseDimension: number;
  /** Measured on the means E X_i. */
  readonly first: number;
  /** On the second mixed moments E X_i X_j. */
  readonly second: number;
  /** On all mixed moments of degree up to 2p + 1, p the declared order: what weak order p asks for. */
  readonly all: number;
  /** Exponents of the moment that has the lowest order. */
  readonly worst: readonly number[];
  /** The strong order, for a scheme that declares one and whose variables have a meaning on a path. */
  readonly strong?: number;
  readonly verdict: 'confirmed' | 'refuted' | 'inconclusive';
}

/** Declared orders, measured without sampling. */
export interface Certificate {
  readonly scheme: string;
  readonly citation: string;
  readonly calculus: Calculus;
  readonly declared: number;
  /** The lowest weak order over the rows. */
  readonly measured: number;
  /** The declared strong order; null if there is none. */
  readonly declaredStrong: number | null;
  /** The lowest strong order over the rows that have one. */
  readonly measuredStrong?: number;
  readonly verdict: 'confirmed' | 'refuted' | 'inconclusive';
  /** One sentence: which model and moment, where the order fails. */
  readonly reason: string;
  /** The first model on which the declared order fails. */
  readonly failure?: CertificateRow;
  readonly rows: readonly CertificateRow[];
}

const VERDICT = oneOf('confirmed', 'refuted', 'inconclusive');
const ROW = only<CertificateRow>({
  model: text,
  noise: text,
  dimension: someNumber,
  noiseDimension: someNumber,
  first: someNumber,
  second: someNumber,
  all: someNumber,
  worst: list(notNegative, 0, 1024),
  strong: maybe(someNumber),
  verdict: VERDICT,
});
const CERTIFICATE: DataShape = only<Certificate>({
  scheme: text,
  citation: text,
  calculus: oneOf('ito', 'stratonovich'),
  declared: someNumber,
  measured: someNumber,
  measuredStrong: maybe(someNumber),
  failure: maybe(ROW),
  declaredStrong: (value, place) => (value === null ? undefined : someNumber(value, place)),
  verdict: VERDICT,
  reason: text,
  rows: list(ROW, 0, 1024),
});

/** An order as tables print it: two decimals, `exact` where no error is above rounding, a dash where none was measured. */
export function printOrder(order: number | null | undefined): string {
  if (order === null || order === undefined || Number.isNaN(order)) return '–';
  // Not -0.00.
  return Number.isFinite(order) ? order.toFixed(2).replace(/^-(0\.00)$/, '$1') : 'exact';
}

/** A moment as tables print it: `E[x1² x2]`, of the increments of one step. */
export function printMoment(alpha: readonly number[]): string {
  const superscript = ['', '', '²', '³', '⁴', '⁵', '⁶', '⁷'];
  const factors = alpha.flatMap((exponent, i) => (exponent === 0 ? [] : [`Δx${i + 1}${superscript[exponent]}`]));
  return `E[${factors.join(' ')}]`;
}

/**
 * A certificate as a table in Markdown: a line a model, with the orders measured on first and second moments and on all that the
 * declared order asks for.
 */
export function certificateTable(certificate: Certificate): string {
  requireShape(certificate, CERTIFICATE, {
    what: 'not a certificate',
    where: 'certificateTable(certificate)',
    remedy: 'give what certify(scheme) returned',
  });
  const { scheme, declared, declaredStrong, calculus, verdict, reason, rows } = certificate;
  const orders = `weak order ${declared}${declaredStrong === null ? '' : `, strong order ${declaredStrong}`}`;
  const title = calculus === 'ito' ? 'Itô' : 'Stratonovich';
  return [
    `**${scheme}** (${title}, ${orders}): ${verdict}. ${reason}`,
    '',
    '| model | noise | d | m | E X | E X X | all moments | worst | strong | verdict |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) =>
      [
        '',
        row.model,
        row.noise,
        row.dimension,
        row.noiseDimension,
        printOrder(row.first),
        printOrder(row.second),
        printOrder(row.all),
        Number.isFinite(row.all) ? printMoment(row.worst) : '–',
        printOrder(row.strong),
        row.verdict,
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}
