import { numbers } from 'sde-core/numerics';
import { decimalExponent, powerOfTen, raised, stepLabel } from './number.js';
import { textWidth } from './text-width.js';

/** The ticks of an axis with their labels. */
export interface Ticks {
  readonly ticks: number[];
  readonly tickFormat: (tick: number) => string;
  /** The power of ten that all labels are in, in the axis' label: ' (10⁻⁷)'; empty for none. */
  readonly unit: string;
}

/** 1, 2 and 5 times powers of ten between two positive numbers, for the ticks of a logarithmic axis that all have labels. */
export function decadeTicks(low: number, high: number): number[] {
  const [first, last] = [decimalExponent(low), decimalExponent(high)];
  return Array.from({ length: last - first + 1 }, (_, i) => [1, 2, 5].map((digit) => digit * powerOfTen(first + i)))
    .flat()
    .filter((tick) => low <= tick && tick <= high);
}

/** Most labels along an axis. */
const MOST = 8;

/** Powers of ten, no more than fit; over less than two decades also twice and five times them, over none some round numbers. */
export function logTicks(low: number, high: number): Ticks {
  const all = decadeTicks(low, high);
  const powers = all.filter((tick) => tick === powerOfTen(decimalExponent(tick)));
  const every = Math.ceil(powers.length / MOST);
  const ticks =
    powers.length >= 3
      ? powers.filter((tick) => decimalExponent(tick) % every === 0)
      : all.length >= 2
        ? all
        : linearTicks(low, high).ticks.filter((tick) => tick > 0);
  return { ticks, tickFormat: factorLabel, unit: '' };
}

/** 10⁻³, 5·10⁻³, 1.25·10⁻³. */
function factorLabel(tick: number): string {
  const [mantissa, exponent] = Number(tick.toPrecision(6)).toExponential().split('e').map(Number);
  const power = `10${raised(exponent)}`;
  return mantissa === 1 ? power : `${mantissa}·${power}`;
}

/** Multiples of 1, 2 or 5 times a power of ten, about `count` of them, with as many decimals as tell them apart. */
export function linearTicks(low: number, high: number, count: number = 6): Ticks {
  const wide = high - low;
  if (!(wide > 0) || !Number.isFinite(wide)) return { ticks: [low], tickFormat: (tick) => String(tick), unit: '' };
  const rough = wide / count;
  const power = powerOfTen(decimalExponent(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  const ticks = Array.from({ length: Math.max(0, Math.min(last - first, 64) + 1) }, (_, i) =>
    rounded((first + i) * step, step),
  );
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const exponent = decimalExponent(largest);
  const scaled = exponent >= 5 || exponent < -3 ? exponent : 0;
  const decimals = Math.min(Math.max(scaled - decimalExponent(step), 0), 12);
  const unit = powerOfTen(scaled);
  const tickFormat = (tick: number): string =>
    (tick / unit)
      .toFixed(decimals)
      .replace('-', '−')
      .replace(/^−(0(\.0*)?)$/, '$1');
  return { ticks, tickFormat, unit: scaled === 0 ? '' : ` (10${raised(scaled)})` };
}

/** A multiple of a step without the rounding of the product: 0.3, not 0.30000000000000004. */
const rounded = (value: number, step: number): number =>
  Number(value.toFixed(Math.min(Math.max(0, 1 - decimalExponent(step)), 100)));

/** Steps as ticks of a logarithmic axis that many pixels wide, as many as their labels leave room for, the smallest first. */
export function stepTicks(steps: readonly number[], [low, high]: readonly [number, number], pixels: number): Ticks {
  const place = (h: number): number => (numbers.log(h / low) / numbers.log(high / low)) * pixels;
  const ticks: number[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const h of [...steps].sort((a, b) => a - b)) {
    const half = textWidth(stepLabel(h)) / 2 + 4;
    if (place(h) - half < free) continue;
    ticks.push(h);
    free = place(h) + half;
  }
  return { ticks, tickFormat: stepLabel, unit: '' };
}

/** The room that labels of ticks take beside an axis, with that of the ticks. */
export const tickRoom = ({ ticks, tickFormat }: Ticks): number =>
  ticks.reduce((most, tick) => Math.max(most, textWidth(tickFormat(tick))), 0) + 16;
