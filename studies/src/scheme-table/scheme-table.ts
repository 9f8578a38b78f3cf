import { fileURLToPath } from 'node:url';
import { type Certificate, type CertificateModel, certify, type Scheme, stepCost, symbolic } from 'sde-core';
import { type Certified, certificateOf, certifiedSchemes, orderText } from '../certificates/certificates.js';

/** A quadratic in m through a count at m = 2, 3, 4, which has to hold at 5 too; with the count at 1 where it is another one there. */
export function formula(count: (m: number) => number | undefined): string {
  const [one, two, three, four, five] = [1, 2, 3, 4, 5].map(count);
  if (one === undefined || two === undefined || three === undefined || four === undefined) return 'iterates';
  const a = (four - 2 * three + two) / 2;
  const b = three - two - 5 * a;
  const c = two - 2 * b - 4 * a;
  const at = (m: number): number => (a * m + b) * m + c;
  if (at(5) !== five) throw new Error(`${[one, two, three, four, five]} is no quadratic in m`);
  const text = polynomial([
    [a, 'm²'],
    [b, 'm'],
    [c, ''],
  ]);
  return at(1) === one ? text : `${text} (${one} for m = 1)`;
}

/** `½m² − ½m + 3`: terms that are 0 are left out; coefficients are multiples of ½. */
function polynomial(terms: readonly (readonly [number, string])[]): string {
  const shown = terms.filter(([coefficient]) => coefficient !== 0);
  if (shown.length === 0) return '0';
  return shown
    .map(([coefficient, power], i) => {
      const size = Math.abs(coefficient);
      const whole = Math.floor(size);
      const number = `${whole === 0 ? '' : whole}${size === whole ? '' : '½'}`;
      const sign = i === 0 ? (coefficient < 0 ? '−' : '') : coefficient < 0 ? ' − ' : ' + ';
      return `${sign}${size === 1 && power ? '' : number}${power}`;
    })
    .join('');
}

/** A model without noise: its first moments are its solution. */
function quiet({ calculus }: Scheme, dimension: number): CertificateModel {
  const [drift, state] =
    dimension === 4
      ? [
          ['p', 's', '-q - q^3 - 0.5 * r * (1 + t) - 0.8 * p', '0.3 * q^2 - 2 * r - 0.8 * s'],
          ['q', 'r', 'p', 's'],
        ]
      : [
          ['y - 0.4 * x^2 * (1 + t)', '0.5 * x * y - y^3 + t^2'],
          ['x', 'y'],
        ];
  const diffusion = drift.map(() => Array.from({ length: dimension / 2 }, () => '0'));
  const model = symbolic({ state, drift, diffusion, calculus });
  return { name: 'quiet', model, t0: 0.4, points: [[0.7, -0.6, 0.4, 0.9].slice(0, dimension)] };
}

/** The order on the ordinary differential equation that is left without noise, measured as certificates are. */
const odeOrder = (scheme: Scheme, dimension: number): number =>
  certify(scheme, { models: [quiet(scheme, dimension)] }).rows[0].first;

function line({ scheme, dimension = () => 2 }: Certified, certificate: Certificate): string {
  const { name, calculus, noise, order, driver, citation } = scheme;
  const cost = (m: number) => stepCost(scheme, { noiseDimension: m, dimension: dimension(m) });
  const laws = [...new Set([driver.increments, ...driver.auxiliary(3)])];
  const variables = laws.map((law) => `${formula((m) => cost(m).variables[law] ?? 0)} ${law}`).join(', ');
  const both = (declared: number | null, measured: number | null | undefined): string =>
    declared === null ? '–' : `${declared} (${orderText(measured)})`;
  return [
    '',
    name,
    calculus === 'ito' ? 'Itô' : 'Stratonovich',
    scheme.equations?.name ?? (noise.includes('general') ? 'any' : noise.join(', ')),
    both(order.weak, certificate.measured),
    both(order.strong, certificate.measuredStrong),
    // What is made for one equation with noise takes none without.
    both(order.ode, scheme.equations ? undefined : odeOrder(scheme, dimension(2))),
    formula((m) => cost(m).drift),
    formula((m) => cost(m).columns),
    formula((m) => cost(m).derivatives),
    variables,
    certificate.verdict,
    citation,
    '',
  ]
    .join(' | ')
    .trim();
}

/** The page of the docs that lists every scheme, from its metadata, its certificate and its recorded step. */
export function schemePage(
  certificates: (entry: Certified) => Certificate = certificateOf,
  schemes: readonly Certified[] = certifiedSchemes(),
): string {
  const rows = schemes.map((entry) => line(entry, certificates(entry)));
  return [
    '# Schemes',
    '',
    'Made by `npm run scheme-table` from the schemes themselves; a test holds this page to what that prints. Orders are declared',
    '(measured): measured exactly by `certify`, the lowest over models with every noise that the scheme is for, 1 to 3 Wiener processes,',
    'commuting and not, linear and not, moving in time and not. The strong order of Milstein with a Fourier series is that of a number of',
    'terms that grows as its docs say. The counts are of one step with m Wiener processes, by recording the step: states at which the drift is',
    'taken, columns of σ taken over all states, derivatives of the coefficients along a vector field, and random variables by their law.',
    '',
    '| scheme | calculus | noise | weak | strong | ODE | drift | columns of σ | derivatives | variables | verdict | source |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Where the page stands, from the built file of this module. */
export const SCHEME_PAGE: string = fileURLToPath(new URL('../../../docs/schemes.md', import.meta.url));
