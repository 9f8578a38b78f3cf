import { list, maybe, oneOf, someNumber, text } from 'sde-core/data';
import { describe, SdeError } from 'sde-core/errors';
import { shortNumber } from '../drawing/number.js';
import { lookOf, repeatedLooks } from '../drawing/palette.js';
import { type FieldShape, requireFieldShape, sliceOf } from '../results/field-shape.js';
import { countNonFinite, extent, numbersIn } from '../results/number-list.js';
import { type PictureOptions, requirePicture } from '../results/picture-options.js';
import { are, counted } from '../results/plural.js';
import { plotMap } from './plot-map.js';
import { thinnedCurve } from './thinning.js';

/** How a function of time and state is drawn. */
export interface FieldPlotOptions extends PictureOptions {
  /** Of the curves, or of the map of a plane, which has one. Default of a field: its first; of a density: a quarter, half and all of its time, or its last. */
  readonly times?: readonly number[];
  /** In one dimension: `curves` over the state (default), or a `map` over time and state. */
  readonly as?: 'curves' | 'map';
  /** Names of the states. Default x, or x and y. */
  readonly states?: readonly string[];
  /** What the values are. Default `u`, of a density `probability density`. */
  readonly valueLabel?: string;
}

const KNOWN = { times: true, as: true, states: true, valueLabel: true } as const;
const SHAPES = {
  times: maybe(list(someNumber, 1, 6)),
  as: maybe(oneOf('curves', 'map')),
  states: maybe(list(text, 1)),
  valueLabel: maybe(text),
};

/** Of a curve: more than pixels of a picture. */
const MOST_POINTS = 2000;

/**
 * An SVG of a field: curves over one state at some times, a map over time and one state, or a map over two states at one time.
 *
 * A field is what has a grid, times and slices: a `Field` of kolmogorov, or anything of that shape. What is not finite is left blank, and said. The colors of a map are
 * those of both signs where the values have both. At most six times.
 *
 * @throws SdeError `unsupported` for more than two states.
 *
 * @example
 * import { crankNicolson, solveKolmogorov, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * import { plotField } from 'sde-plots';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const u = solveKolmogorov({ model, T: 1, terminal: 'x^2' }, { grid: [uniform(-3, 3, 61)], stepping: crankNicolson({ steps: 20 }) });
 * const svg = await plotField(u, { title: 'E X², by where X begins', times: [0, 0.5, 1] });
 * svg.includes('t = 0.5'); // → true
 */
export async function plotField(field: FieldShape, options: FieldPlotOptions = {}): Promise<string> {
  return drawn('plotField', field, options, { valueLabel: 'u', shares: [0], remarks: () => [], fromZero: false });
}

/** What is drawn of a law: a `Density` of kolmogorov, or anything of that shape. */
export interface DensityShape extends FieldShape {
  /** Total mass at each of `times`. */
  readonly massAt?: ArrayLike<number>;
}

/**
 * An SVG of a density on a grid: as {@link plotField}, with the mass that is left where some is not.
 *
 * @throws SdeError `unsupported` for more than two states.
 *
 * @example
 * import { crankNicolson, solveFokkerPlanck, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * import { plotDensity } from 'sde-plots';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const rho = solveFokkerPlanck({ model, T: 1, initial: [1] }, { grid: [uniform(-3, 3, 61)], stepping: crankNicolson({ steps: 20 }) });
 * (await plotDensity(rho, { title: 'The law of X' })).startsWith('<svg'); // → true
 */
export async function plotDensity(density: DensityShape, options: FieldPlotOptions = {}): Promise<string> {
  const valueLabel = 'probability density';
  return drawn('plotDensity', density, options, {
    valueLabel,
    shares: [1 / 4, 1 / 2, 1],
    remarks: massRemarks,
    fromZero: true,
  });
}

/** What the two differ in. */
interface Kind {
  readonly valueLabel: string;
  /** Of the time, where no times are given: the last of them for a map. */
  readonly shares: readonly number[];
  readonly remarks: (field: FieldShape, times: readonly number[]) => readonly string[];
  readonly fromZero: boolean;
}

async function drawn(name: string, field: FieldShape, options: FieldPlotOptions, kind: Kind): Promise<string> {
  requireFieldShape(
    field,
    `${name}(${name === 'plotField' ? 'field' : 'density'})`,
    'give what a solver of kolmogorov returned',
  );
  requirePicture(options, KNOWN, name, SHAPES);
  const d = field.grid.length;
  if (d > 2) throw tooMany(name, d);
  const steps = Array.from(field.times);
  const [start, end] = [steps[0], steps[steps.length - 1]];
  const chosen = options.times ?? [...new Set(kind.shares.map((share) => start + share * (end - start)))];
  const times = d === 2 ? chosen.slice(options.times ? 0 : -1) : chosen;
  for (const t of times) if (!(t >= start && t <= end)) throw noTime(name, t, start, end);
  if (d === 2 && times.length > 1) throw oneTime(name, times);
  const picture: Picture = { ...options, name, valueLabel: options.valueLabel ?? kind.valueLabel, kind };
  if (d === 2) return planeMap(field, times[0], picture);
  return options.as === 'map' ? timeMap(field, picture) : curves(field, times, picture);
}

interface Picture extends FieldPlotOptions {
  readonly name: string;
  readonly valueLabel: string;
  readonly kind: Kind;
}

async function curves(field: FieldShape, times: readonly number[], picture: Picture): Promise<string> {
  const { name, kind, states = ['x'], valueLabel, ...words } = picture;
  const [{ points }] = field.grid;
  const values = times.map((t) => sliceOf(field, t, name).data);
  const kept = values.map((own) => thinnedCurve(own, MOST_POINTS));
  const lost = values.reduce((sum, own) => sum + countNonFinite(own), 0);
  const { curveDrawing } = await import('./curve-drawing.js');
  return curveDrawing({
    ...words,
    name: 'field',
    xLabel: words.xLabel ?? states[0],
    yLabel: words.yLabel ?? valueLabel,
    fromZero: kind.fromZero,
    curves: times.map((t, i) => ({
      label: `t = ${shortNumber(t)}`,
      x: kept[i].map((p) => points[p]),
      y: kept[i].map((p) => values[i][p]),
      look: lookOf(i),
    })),
    remarks: [
      ...kind.remarks(field, times),
      ...repeatedLooks(times.length, 'curves'),
      ...(lost > 0 ? [`Not drawn: ${counted(lost, 'value')} that ${are(lost)} not finite.`] : []),
      ...(points.length > MOST_POINTS
        ? [
            `Of ${points.length} points of a curve some ${MOST_POINTS} are drawn, the extremes of each stretch among them.`,
          ]
        : []),
    ],
  });
}

function planeMap(field: FieldShape, t: number, { name, states = [], ...picture }: Picture): Promise<string> {
  const [x, y] = field.grid.map(({ points }) => points);
  const { data } = sliceOf(field, t, name);
  const title = picture.title ?? `t = ${shortNumber(t)}`;
  return map(
    { x, y, values: data, title, remarks: picture.kind.remarks(field, [t]) },
    [states[0] ?? 'x', states[1] ?? 'y'],
    picture,
  );
}

/** A law begins as a point, whose density exceeds any color: that of the earliest part of the time is cut at the later maximum. */
const EARLIEST = 1 / 8;

/** Most times of a map: it is drawn on 160. */
const MOST_TIMES = 400;

function timeMap(field: FieldShape, { name, states = ['x'], ...picture }: Picture): Promise<string> {
  const every = Math.max(1, Math.ceil(field.times.length / MOST_TIMES));
  const times = Array.from(field.times).filter((_, n, all) => n % every === 0 || n === all.length - 1);
  if (times.length < 2) throw noTime(name, times[0], times[0], times[0]);
  const [{ points }] = field.grid;
  const values = new Float64Array(times.length * points.length);
  times.forEach((t, n) => {
    values.set(Float64Array.from(sliceOf(field, t, name).data), n * points.length);
  });
  const remarks = picture.kind.remarks(field, times.slice(-1));
  const from = times.findIndex((t) => t >= times[0] + EARLIEST * (times[times.length - 1] - times[0]));
  const most = picture.kind.fromZero ? (extent(values.subarray(from * points.length)) ?? [0, 0])[1] : undefined;
  return map(
    { x: times, y: points, values, title: picture.title ?? picture.valueLabel, remarks, most },
    ['time t', states[0]],
    picture,
  );
}

interface MapInput {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly title: string;
  readonly remarks: readonly string[];
  /** Of the colors. */
  readonly most?: number;
}

function map(
  given: MapInput,
  [across, up]: readonly [string, string],
  { xLabel = across, yLabel = up, valueLabel, width, height, kind }: Omit<Picture, 'name' | 'states'>,
): Promise<string> {
  const [low, high] = extent(given.values) ?? [0, 0];
  // Colors around 0 where there are both signs, unless it is a law, where what is negative is an error and said; a rounding below 0 is none.
  const both = !kind.fromZero && low < -1e-9 * high && high > 0;
  const floor = kind.fromZero || low < 0.2 * high ? 0 : low;
  const top = Math.min(high, given.most ?? high);
  const range = both || !(top > floor) ? undefined : ([floor, top] as const);
  const said = [
    ...(kind.fromZero && low < -1e-6 * high ? [`The least value is ${shortNumber(low)}, drawn as 0.`] : []),
    ...(top < high
      ? [`Values above ${shortNumber(top)}, up to ${shortNumber(high)} early on, have the last color.`]
      : []),
  ];
  const remarks = [...given.remarks, ...said];
  const { x, y, values, title } = given;
  return plotMap({ x, y, values, title, remarks, xLabel, yLabel, valueLabel, width, height, ...(range && { range }) });
}

function massRemarks(field: FieldShape, times: readonly number[]): readonly string[] {
  const { massAt: given } = field as DensityShape;
  if (given === undefined) return [];
  const { data: massAt } = numbersIn(given, 'plotDensity(density).massAt');
  const steps = Array.from(field.times);
  const left = times.flatMap((t) => {
    const n = steps.findIndex((step) => step >= t);
    const mass = massAt[n];
    return Math.abs(mass - 1) > 1e-6 ? [`${shortNumber(mass, 4)} at t = ${shortNumber(t)}`] : [];
  });
  return left.length > 0 ? [`The mass is not 1 but ${left.join(', ')}.`] : [];
}

const tooMany = (name: string, d: number): SdeError =>
  new SdeError('unsupported', {
    what: 'a picture of more than two states',
    where: `${name}(…)`,
    expected: 'd = 1 or d = 2',
    got: `d = ${d}`,
    remedy: 'draw slices of it with plotMap, or marginals',
  });

const noTime = (name: string, t: number, start: number, end: number): SdeError =>
  new SdeError('value', {
    what: 'a time that is not drawn',
    where: `${name}(…, { times })`,
    expected: end > start ? `a number from ${start} to ${end}` : 'a field at two times or more, for a map over time',
    got: describe(t),
    remedy: 'take times that were computed',
  });

const oneTime = (name: string, times: readonly number[]): SdeError =>
  new SdeError('value', {
    what: 'more than one time of a map over two states',
    where: `${name}(…, { times })`,
    expected: 'one time',
    got: times.join(', '),
    remedy: 'draw a picture a time',
  });
