import {
  controlObjective,
  crankNicolson,
  hundsdorferVerwer,
  type Stepping,
  solveKolmogorov,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { type Model, model, type SymbolicModel, symbolic } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { count, fields, number, type Shape, text, word } from '../run-folder/shape.js';

/** The cost of a gradient in backward solves. */
export interface CostRow {
  readonly dimension: 1 | 2;
  readonly stepping: string;
  readonly control: 'constant' | 'linear';
  readonly parameters: number;
  /** Least time of a backward solve of the objective, in ms: coefficients, matrices and all steps. */
  readonly solve: number;
  /** Least time of a gradient at a new θ, the solve included. */
  readonly gradient: number;
  /** Their ratio. */
  readonly ratio: number;
  /** The gradient over one call of `solveKolmogorov` for the same θ(t), grid and steps, which writes nothing down; for a constant control alone. */
  readonly overPlain: number | undefined;
}

/** A cost that comes from a checkpoint. */
export const costShape: Shape<CostRow> = fields({
  dimension: word(1, 2),
  stepping: text,
  control: word('constant', 'linear'),
  parameters: count,
  solve: number,
  gradient: number,
  ratio: number,
  overPlain: (value, at) => (value === undefined ? undefined : number(value, at)),
});

/** Sizes that take tens of milliseconds a solve in the plane. */
export interface CostOptions {
  /** Solves and gradients timed, one after the other; the least counts. Default 24. */
  readonly repetitions?: number;
  readonly parameters?: readonly number[];
  readonly signal?: AbortSignal;
}

const INTERVALS = 8;

/** Times gradients and solves, interleaved. Shares of a loaded machine spoil single timings, hardly the least of many. */
export async function gradientCost(options: CostOptions = {}): Promise<CostRow[]> {
  const { repetitions = 24, parameters = [1, 8, 32], signal } = options;
  const cases: { readonly dimension: 1 | 2; readonly stepping: Stepping }[] = [
    { dimension: 1, stepping: crankNicolson({ steps: 64 }) },
    { dimension: 1, stepping: trBdf2({ steps: 64 }) },
    { dimension: 2, stepping: hundsdorferVerwer({ steps: 32 }) },
  ];
  const rows: CostRow[] = [];
  for (const control of ['constant', 'linear'] as const) {
    for (const { dimension, stepping } of cases) {
      for (const count of parameters) {
        const often = repetitions * (dimension === 1 ? 8 : 1);
        rows.push(await timed(dimension, stepping, { control, count, repetitions: often, signal }));
      }
    }
  }
  return rows;
}

async function timed(
  dimension: 1 | 2,
  stepping: Stepping,
  one: {
    readonly control: CostRow['control'];
    readonly count: number;
    readonly repetitions: number;
    readonly signal?: AbortSignal;
  },
): Promise<CostRow> {
  const { control, count, repetitions, signal } = one;
  const layer = layerModel(dimension, count);
  const start = Array.from({ length: dimension }, (_, k) => 0.3 - 0.2 * k);
  const terminal = dimension === 1 ? 'cos(x)' : 'cos(x)*sin(y)';
  const grid = Array.from({ length: dimension }, () => uniform(-3, 3, dimension === 1 ? 401 : 81));
  const objective = controlObjective(
    { model: layer, parameters: Object.keys(layer.parameters), T: 1, terminal, initial: start },
    { grid, stepping, intervals: INTERVALS, control },
  );
  const theta = new Float64Array(objective.size);
  const slopes = new Float64Array(objective.size);
  const plainModel = layersOf(layer, theta.fill(0.3));
  let round = 0;
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const tasks = [
    () => objective.value(theta),
    () => objective.gradient(theta, slopes),
    ...(control === 'constant'
      ? [() => solveKolmogorov({ model: plainModel, T: 1, terminal }, { grid, stepping, keep: 'ends' })]
      : []),
  ];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    // Between what is timed a signal is heard.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    tasks.forEach((task, which) => {
      round += 1;
      for (let i = 0; i < theta.length; i++) theta[i] = 0.3 + 0.1 * numbers.sin(i + 1.7 * round);
      const before = performance.now();
      task();
      least[which] = Math.min(least[which], performance.now() - before);
    });
  }
  const [solve, gradient, plain] = least;
  return {
    dimension,
    stepping: stepping.name,
    control,
    parameters: count,
    solve,
    gradient,
    ratio: gradient / solve,
    overPlain: control === 'constant' ? gradient / plain : undefined,
  };
}

/** The model with the parameters of each interval, as a caller without gradients would write it. */
function layersOf(one: SymbolicModel, theta: Float64Array): Model {
  const names = Object.keys(one.parameters);
  const layers = Array.from({ length: INTERVALS }, (_, i) =>
    one.withParameters(Object.fromEntries(names.map((name, j) => [name, theta[i * names.length + j]]))),
  );
  const at = (t: number): SymbolicModel => layers[Math.min(Math.floor(t * INTERVALS), INTERVALS - 1)];
  return model({
    dimension: one.dimension,
    noiseDimension: one.noiseDimension,
    autonomous: true,
    breakpoints: layers.slice(1).map((_, i) => (i + 1) / INTERVALS),
    drift: (t, x, out) => at(t).drift(t, x, out),
    diffusion: (t, x, out) => at(t).diffusion(t, x, out),
  });
}

/** A noisy layer V tanh(U x + c) + d with so many weights, or one with a single one. */
function layerModel(dimension: 1 | 2, count: number): SymbolicModel {
  const names = Array.from({ length: count }, (_, j) => `p${j}`);
  const units = Math.max(1, count / 4);
  const at = (unit: number, which: number): string => names[4 * unit + which] ?? '1';
  const sum = (term: (unit: number) => string): string =>
    Array.from({ length: units }, (_, unit) => term(unit)).join(' + ');
  const branch =
    dimension === 1
      ? [sum((u) => `${at(u, 0)}*tanh(${at(u, 1)}*x + ${at(u, 2)}) + ${at(u, 3)}/${units}`)]
      : [0, 3].map((v) => sum((u) => `${at(u, v)}*tanh(${at(u, 1)}*x + ${at(u, 2)}*y)`));
  return symbolic({
    state: dimension === 1 ? ['x'] : ['x', 'y'],
    drift: branch,
    diffusion: branch.map((f) => [`0.5*(${f})`]),
    parameters: Object.fromEntries(names.map((name, j) => [name, 0.3 + 0.1 * numbers.sin(j)])),
  });
}

/** The costs as a table. */
export function costTable(rows: readonly CostRow[]): string {
  return [
    '| d | stepping | θ(t) | parameters | solve, ms | gradient, ms | gradient / solve | gradient / solveKolmogorov |',
    '|---:|:---|:---|---:|---:|---:|---:|---:|',
    ...rows.map(
      ({ dimension, stepping, control, parameters, solve, gradient, ratio, overPlain }) =>
        `| ${dimension} | ${stepping} | ${control} | ${parameters} | ${solve.toFixed(2)} | ${gradient.toFixed(2)} | ${ratio.toFixed(2)} | ${overPlain?.toFixed(2) ?? '–'} |`,
    ),
    '',
  ].join('\n');
}
