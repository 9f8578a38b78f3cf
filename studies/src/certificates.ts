import { pathToFileURL } from 'node:url';
import {
  baoab,
  type Certificate,
  type CertificateModel,
  certificateTable,
  certify,
  exponentialEuler,
  milsteinGeneral,
  type Scheme,
  schemes,
  symbolic,
} from 'sde-core';
import { modifiedEquationsPage } from './modified-equations.js';

/** A scheme with the models it is certified on, where those are not the built-in ones. */
interface Certified {
  readonly scheme: Scheme;
  readonly models?: readonly CertificateModel[];
}

/** Every scheme of the toolkit, factories with arguments that show what they can do. */
export function certifiedSchemes(): readonly Certified[] {
  return [...schemes.map((scheme) => ({ scheme })), ...withTheirModels()];
}

function withTheirModels(): readonly Certified[] {
  const planar = symbolic({
    state: ['x', 'y'],
    drift: ['-0.5 * x + 0.3 * y + 0.2 * x^2', '0.2 * x - 0.4 * y + t * x * y'],
    diffusion: [
      ['0.3 + 0.2 * y', '0.4 * x'],
      ['0.25 * x * y', '0.5 + 0.2 * t'],
    ],
  });
  const plane: CertificateModel = { name: 'semi-linear, m = 2', model: planar, t0: 0.4, points: [[0.7, -0.6]] };
  const anharmonic = symbolic({
    state: ['q', 'p'],
    drift: ['p', '-q - q^3 - 0.8 * p'],
    diffusion: [['0'], ['0.7']],
  });
  const langevin: CertificateModel = { name: 'Langevin, quartic', model: anharmonic, t0: 0, points: [[0.7, 0.4]] };
  const linear = [
    [-0.5, 0.3],
    [0.2, -0.4],
  ];
  return [
    ...(['fourier', 'milstein', 'mrongowius-roessler'] as const).map((kind) => ({
      scheme: milsteinGeneral({ area: { kind, terms: 1 } }),
      models: [plane],
    })),
    { scheme: exponentialEuler({ linear }), models: [plane] },
    { scheme: baoab({ friction: 0.8 }), models: [langevin] },
  ];
}

/** A line a scheme, in Markdown: declared and measured orders, and where they are proved. */
export function summaryTable(certificates: readonly (readonly [Scheme, Certificate])[]): string {
  const order = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : Number.isFinite(value) ? value.toFixed(2) : 'exact';
  return [
    '| scheme | calculus | noise | weak | measured | strong | measured | verdict | source |',
    '|---|---|---|---|---|---|---|---|---|',
    ...certificates.map(([scheme, certificate]) =>
      [
        '',
        scheme.name,
        scheme.calculus === 'ito' ? 'Itô' : 'Stratonovich',
        scheme.noise.join(', '),
        scheme.order.weak,
        order(certificate.measured),
        scheme.order.strong ?? '–',
        order(certificate.measuredStrong),
        certificate.verdict,
        scheme.citation,
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}

/** Certifies all schemes; with `details`, a table of every scheme on every model follows the summary. */
export function certificatesReport(options: { readonly details?: boolean } = {}): {
  readonly text: string;
  readonly confirmed: boolean;
} {
  const certificates = certifiedSchemes().map(
    ({ scheme, models }) => [scheme, certify(scheme, models ? { models } : {})] as const,
  );
  const details = options.details ? certificates.map(([, certificate]) => certificateTable(certificate)) : [];
  return {
    text: [summaryTable(certificates), ...details].join('\n\n'),
    confirmed: certificates.every(([, certificate]) => certificate.verdict === 'confirmed'),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--modified')) process.stdout.write(modifiedEquationsPage());
  else {
    const { text, confirmed } = certificatesReport({ details: process.argv.includes('--details') });
    process.stdout.write(`${text}\n`);
    process.exitCode = confirmed ? 0 : 1;
  }
}
