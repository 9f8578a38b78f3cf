import {
  modifiedEquation,
  type Scheme,
  SdeError,
  type SymbolicModel,
  schemes,
  symbolic,
  toStratonovich,
  weakErrorOperator,
} from 'sde-core';

/** The models that the table is about, from the easiest: Itô equations. */
const MODELS: readonly (readonly [name: string, model: SymbolicModel])[] = [
  [
    'Ornstein–Uhlenbeck',
    symbolic({ state: ['x'], drift: ['-theta*x'], diffusion: 'sigma', parameters: { theta: 1, sigma: 0.7 } }),
  ],
  ['double well', symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: 'sigma', parameters: { sigma: 0.7 } })],
  [
    'geometric Brownian motion',
    symbolic({ state: ['x'], drift: ['mu*x'], diffusion: 'sigma*x', parameters: { mu: 0.6, sigma: 0.5 } }),
  ],
  [
    'plane, general noise',
    symbolic({
      state: ['x', 'y'],
      drift: ['y - x^3', '-x'],
      diffusion: [
        ['x/2', '1/3'],
        ['1/4', 'y/2'],
      ],
    }),
  ],
];
const ORDERS = [1, 2];

/** What there is at each order: `0`, `exists`, `none` with the derivatives in the way; `–` where the scheme does not apply. */
function cells(scheme: Scheme, model: SymbolicModel): readonly string[] {
  const applies = scheme.noise.some((kind) => kind === 'general' || model.noise[kind]);
  if (!applies) return ORDERS.map(() => '–');
  const given = scheme.calculus === 'ito' ? model : toStratonovich(model);
  let ended = false;
  return ORDERS.map((order) => {
    if (ended) return '';
    try {
      const outcome = modifiedEquation(given, scheme, { order });
      if (outcome.kind === 'none') {
        ended = true;
        const half = outcome.order < order ? `h^${outcome.order}: ` : '';
        return `${half}none: ${inTheWay(outcome.operator)}`;
      }
      const { drift, diffusion } = outcome.corrections[order - 1];
      return [...drift, ...diffusion].every((entry) => String(entry) === '0') ? '0' : 'exists';
    } catch (error) {
      if (!(error instanceof SdeError) || error.code !== 'unsupported') throw error;
      ended = true;
      return 'no series';
    }
  });
}

/** The orders of differentiation in an operator. */
function inTheWay(operator: readonly { readonly derivative: readonly number[] }[]): string {
  const orders = new Set(operator.map(({ derivative }) => derivative.reduce((sum, n) => sum + n, 0)));
  return [...orders].map((n) => `∂${'⁰¹²³⁴⁵⁶⁷⁸'[n]}`).join(' ');
}

/** Every scheme on four models, in Markdown: has it a modified equation at h and at h², and which derivatives stand in the way. */
export function modifiedEquationTable(): string {
  const rows = schemes.map((scheme) => [
    scheme.name,
    String(scheme.order.weak),
    ...MODELS.flatMap(([, model]) => cells(scheme, model)),
  ]);
  const header = ['scheme', 'weak order', ...MODELS.flatMap(([name]) => ORDERS.map((k) => `${name}, ${power(k)}`))];
  return table([header, ...rows]);
}

/** The leading local weak error L_p of every scheme on geometric Brownian motion, in Markdown. */
export function leadingErrorTable(): string {
  const gbm = symbolic({ state: ['x'], drift: ['μ*x'], diffusion: 'σ*x', parameters: { μ: 0.6, σ: 0.5 } });
  const rows = schemes.flatMap((scheme) => {
    const model = scheme.calculus === 'ito' ? gbm : toStratonovich(gbm);
    if (!scheme.noise.some((kind) => kind === 'general' || model.noise[kind])) return [];
    try {
      const orders = [1, 1.5, 2].filter((order) => order <= scheme.order.weak);
      const order = orders.find((k) => weakErrorOperator(model, scheme, { order: k }).length > 0) ?? scheme.order.weak;
      const terms = weakErrorOperator(model, scheme, { order });
      const text = terms.map(
        ({ derivative: [n], coefficient }) => `(${rounded(String(coefficient))}) ∂${n === 1 ? '' : '⁰¹²³⁴⁵⁶⁷⁸'[n]}`,
      );
      return [[scheme.name, power(order), text.join(' + ') || '0']];
    } catch (error) {
      if (!(error instanceof SdeError) || error.code !== 'unsupported') throw error;
      return [[scheme.name, '–', 'no series']];
    }
  });
  return table([['scheme', 'at', 'local weak error'], ...rows]);
}

/** A Markdown table, its columns aligned. */
function table([header, ...rows]: readonly (readonly string[])[]): string {
  const widths = header.map((_, k) => Math.max(3, ...[header, ...rows].map((row) => row[k].length)));
  return [header, widths.map((width) => '-'.repeat(width)), ...rows]
    .map((row) => `| ${row.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`)
    .join('\n');
}

/** Decimals to five places: the exact ones are the library's. */
const rounded = (text: string): string =>
  text.replace(/\d+\.\d{6,}/g, (digits) => String(Number(Number(digits).toFixed(5))));

const power = (order: number): string => (order === 1 ? 'h' : order === 2 ? 'h²' : `h^${order}`);

/** The page docs/modified-equations.md. */
export function modifiedEquationsPage(): string {
  return `# Modified equations of every scheme

Printed by \`npm run certificates -- --modified\`; a test holds this page against what the library finds.

One step of a scheme is the time h of u_t + (L + h L₁ + h² L₂ + …) u = 0 (\`weakErrorOperator\`). Where L₁, L₂, … are at most of second order and
fit σσᵀ, the scheme samples an SDE with drift f + h f₁ + … and diffusion g + h g₁ + … to one order better for each (\`modifiedEquation\`).
\`0\`: no correction at this order. \`none\`: derivatives of these orders are in the way, and nothing follows. \`–\`: the order of the scheme is not
proved for this noise. \`no series\`: the step is not smooth in √h or its noise, so that its error can only be measured.

${modifiedEquationTable()}

The leading local weak error on dX = μ X dt + σ X dW; decimals to five places:

${leadingErrorTable()}
`;
}
