import { solveFokkerPlanck, solveKolmogorov } from 'kolmogorov';
import { crossEntropy, diffusionLimit } from 'resnet-bridge';
import { numbers } from 'sde-core/numerics';
import { decimalExponent, powerOfTen } from 'sde-plots/drawing';
import { png } from '../report/raster.js';
import type { RunFolder } from '../run-folder/run-folder.js';
import type { ControlStudy } from './control-study.js';
import { discretization, type GridSizes } from './equation-training.js';
import { descentFigure, type Marked, planeFigure, thetaFigure } from './figures.js';
import { controlCurves } from './theta-curves.js';

/** A picture and the file's name, without its ending. */
export interface Picture {
  readonly name: string;
  readonly svg: string;
}

/** The pictures of a study: how both trainings went, the control, and in the plane the value and the density. */
export function picturesOf(study: ControlStudy, grid: GridSizes): readonly Picture[] {
  const { equation, gradients, task } = study;
  const d = task.network.dimension;
  const name = `control-${d}d`;
  const losses = { equation: equation.outcome.history.map(({ objective }) => objective), gradients: gradients.losses };
  const curves = controlCurves(equation.outcome, equation.problem.parameters, task.network.horizon);
  const pictures = [
    { name: `${name}-descent`, svg: descentFigure(losses, `${name}-descent`) },
    { name: `${name}-theta`, svg: thetaFigure(curves, { name: `${name}-theta`, steps: true }) },
  ];
  return d === 2 ? [...pictures, ...planePictures(study, grid, name)] : pictures;
}

/** Times at which the plane is looked at, as shares of the horizon. */
const TIMES = [0, 1 / 2, 1];

function planePictures({ equation: { network }, task }: ControlStudy, grid: GridSizes, name: string): Picture[] {
  const model = diffusionLimit(network, task.noise, { accuracy: 'modified' });
  const T = network.horizon;
  const how = discretization(2, network.depth, grid);
  if (!network.readOut) return [];
  const loss = crossEntropy(network.readOut, 0);
  const u = solveKolmogorov({ model, T, terminal: (x) => loss.value(x) }, how);
  const rho = solveFokkerPlanck({ model, T, initial: { points: task.states.flat() } }, how);
  const extent = [-3, 3] as const;
  const title = (share: number): string => `t = ${Number((share * T).toPrecision(3))}`;
  const points = task.states.flatMap((states, label) =>
    states.map((x): Marked => ({ title: title(0), x: x[0], y: x[1], label: label === 0 ? 0 : 1 })),
  );
  const axes = { extent, x: 'first component x₁', y: 'second component x₂' };
  const value = planeFigure({
    ...axes,
    name: `${name}-value`,
    panels: TIMES.map((share) => ({ title: title(share), at: (x, y) => numbers.exp(-u.at(share * T, [x, y])) })),
    range: [0, 1],
    color: 'exp(−u), u the expected loss of a 3',
    points,
    classes: ['images of a 3, at t = 0', 'images of an 8, at t = 0'],
  });
  const later = TIMES.filter((share) => share > 0);
  const whole = [-grid.reach, grid.reach] as const;
  const peak = niceAbove(...later.flatMap((share) => peaks(whole, (x, y) => rho.at(share * T, [x, y]))));
  const density = planeFigure({
    ...axes,
    extent: whole,
    name: `${name}-density`,
    panels: later.map((share) => ({ title: title(share), at: (x, y) => Math.max(rho.at(share * T, [x, y]), 0) })),
    range: [0, peak],
    scheme: 'blues',
    color: 'density of all images, per unit area',
  });
  return [
    { name: `${name}-value`, svg: value },
    { name: `${name}-density`, svg: density },
  ];
}

/** The least of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is above all. */
function niceAbove(...values: readonly number[]): number {
  const largest = Math.max(...values);
  const power = powerOfTen(decimalExponent(largest));
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8].find((factor) => factor * power >= largest) ?? 10);
}

/** Values on a coarse lattice, to find the largest. */
function peaks([from, to]: readonly [number, number], at: (x: number, y: number) => number): number[] {
  const along = Array.from({ length: 41 }, (_, i) => from + ((to - from) * i) / 40);
  return along.flatMap((x) => along.map((y) => at(x, y)));
}

/** Writes each picture as SVG and PNG. */
export async function writePictures(pictures: readonly Picture[], folder: RunFolder): Promise<void> {
  for (const { name, svg } of pictures) {
    await folder.write(`${name}.svg`, svg);
    await folder.write(`${name}.png`, png(svg));
  }
}
