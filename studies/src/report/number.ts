import type { Interval } from 'sde-core';
import { decimalExponent } from 'sde-plots/drawing';

/** Signed, with a true minus and a fixed number of decimals. */
export function fixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? value.toFixed(decimals).replace('-', '−') : '—';
}

/** A value and the half width of its interval to two digits of the latter: −0.00312 ± 0.00021; an exact one to six digits. */
export function withHalf(value: number, half: number): string {
  if (!(half > 0)) return fixed(value, 6);
  const decimals = Math.min(8, Math.max(0, 1 - decimalExponent(half)));
  return `${fixed(value, decimals)} ± ${half.toFixed(decimals)}`;
}

/** −1.23e−4 */
export function scientific(value: number): string {
  return value.toExponential(2).replaceAll('-', '−');
}

/** [0.93, 1.08] */
export function interval({ low, high }: Interval, decimals: number): string {
  return `[${fixed(low, decimals)}, ${fixed(high, decimals)}]`;
}

/** 95 % */
export function percent(share: number, digits = 4): string {
  return `${Number((100 * share).toPrecision(digits))} %`;
}
