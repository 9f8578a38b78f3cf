import {
  alfonsi,
  baoab,
  type Certificate,
  type CertificateModel,
  certificateTable,
  certify,
  coxIngersollRoss,
  exponentialEuler,
  heston,
  milsteinGeneral,
  quadraticExponential,
  type Scheme,
  schemes,
  symbolic,
} from 'sde-core';
import type { AreaMethod } from 'sde-core/schemes';

/** A scheme with the models it is certified on, where those are not the built-in ones. */
export interface Certified {
  readonly scheme: Scheme;
  readonly models?: readonly CertificateModel[];
  /** The dimension that a model with m Wiener processes has to have; default 2. */
  readonly dimension?: (noiseDimension: number) => number;
}

/** Every scheme of the toolkit, factories with arguments that show what they can do. */
export function certifiedSchemes(): readonly Certified[] {
  const areas: readonly AreaMethod[] = [
    { kind: 'two-point' },
    { kind: 'davie' },
    ...(['fourier', 'milstein', 'mrongowius-roessler'] as const).map((kind) => ({ kind, terms: 1 })),
  ];
  const listed = [...schemes, ...areas.map((area) => milsteinGeneral({ area }))];
  return [...listed.map((scheme) => ({ scheme })), ...withTheirModels()];
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
    { scheme: exponentialEuler({ linear }), models: [plane] },
    { scheme: baoab({ friction: 0.8 }), models: [langevin], dimension: (m) => 2 * m },
    { scheme: quadraticExponential, models: [...squareRoots(), ...hestons()] },
    { scheme: alfonsi, models: squareRoots(), dimension: () => 1 },
  ];
}

/** With 2κμ above and below σ². */
function squareRoots(): readonly CertificateModel[] {
  return [
    { name: 'square root', model: coxIngersollRoss({ kappa: 1, mu: 0.5, sigma: 0.6 }), t0: 0, points: [[0.7], [1.3]] },
    {
      name: 'square root, 0 is reached',
      model: coxIngersollRoss({ kappa: 0.8, mu: 0.1, sigma: 0.5 }),
      t0: 0,
      points: [[0.6]],
    },
  ];
}

function hestons(): readonly CertificateModel[] {
  return [-0.7, 0.4].map((rho) => ({
    name: `Heston, ρ = ${rho < 0 ? '−' : ''}${Math.abs(rho)}`,
    model: heston({ mu: 0.05, kappa: 1.2, theta: 0.5, xi: 0.6, rho }),
    t0: 0,
    points: [
      [1.1, 0.6],
      [0.7, 1.2],
    ],
  }));
}

/** On the models that the scheme is certified on. */
export const certificateOf = ({ scheme, models }: Certified): Certificate => certify(scheme, models ? { models } : {});

/** An order to two decimals; a dash where there is none. */
export const orderText = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return '–';
  return Number.isFinite(value) ? value.toFixed(2) : 'exact';
};

/** A line a scheme, in Markdown: declared and measured orders, and where they are proved. */
export function summaryTable(certificates: readonly (readonly [Scheme, Certificate])[]): string {
  return [
    '| scheme | calculus | noise | weak | measured | strong | measured | verdict | source |',
    '|---|---|---|---|---|---|---|---|---|',
    ...certificates.map(([scheme, certificate]) =>
      [
        '',
        scheme.name,
        scheme.calculus === 'ito' ? 'Itô' : 'Stratonovich',
        scheme.equations?.name ?? scheme.noise.join(', '),
        scheme.order.weak,
        orderText(certificate.measured),
        scheme.order.strong ?? '–',
        orderText(certificate.measuredStrong),
        certificate.verdict,
        scheme.citation,
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}

/** Schemes whose certificates take a second together: for a quick run. */
const QUICK: readonly string[] = ['SRA2', 'Leimkuhler–Matthews', 'exponential Euler', 'BAOAB'];

export const quickSchemes = (): readonly Certified[] =>
  certifiedSchemes().filter(({ scheme }) => QUICK.includes(scheme.name));

/** The summary; with `details`, a table of every scheme on every model follows. */
export function certificatesReport(
  certificates: readonly (readonly [Scheme, Certificate])[],
  options: { readonly details?: boolean } = {},
): string {
  const details = options.details ? certificates.map(([, found]) => certificateTable(found)) : [];
  return [summaryTable(certificates), ...details].join('\n\n');
}
