/** The k of the number's leading digit, d·10^k with 1 ≤ d < 10, from its own decimal digits. */
export function decimalExponent(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** 10^k, rounded once. */
export function powerOfTen(k: number): number {
  return Number(`1e${k}`);
}

/** A whole number as an exponent: ⁻³. */
export const raised = (exponent: number): string =>
  String(exponent)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);

/** A number in words, to some digits and no trailing zeros: 0.0125, −3, 1.2·10⁻⁷. */
export function shortNumber(value: number, digits: number = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0) return '0';
  const exponent = decimalExponent(rounded);
  if (exponent >= -4 && exponent < 6) return String(rounded).replace('-', '−');
  const mantissa = String(Number(rounded.toExponential().split('e')[0])).replace('-', '−');
  return `${mantissa === '1' ? '' : mantissa === '−1' ? '−' : `${mantissa}·`}10${raised(exponent)}`;
}

/** 1/8 where h is one over a whole number, else three digits. */
export function stepLabel(h: number): string {
  const inverse = 1 / h;
  const whole = Math.round(inverse);
  if (whole > 1 && whole < 1e6 && Math.abs(inverse - whole) < 1e-9 * whole) return `1/${whole}`;
  return shortNumber(h);
}

/** 10⁻³: for powers of ten alone; other ticks stay bare. */
export function powerLabel(value: number): string {
  const [mantissa, exponent] = value.toExponential(8).split('e').map(Number);
  return mantissa === 1 ? `10${raised(exponent)}` : '';
}

/** A unit for numbers: the power of ten that the largest of some has, with its name, such as '10⁻⁴ '; 1 and '' where all are 0. */
export function unitOf(values: readonly number[]): { readonly size: number; readonly label: string } {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const exponent = largest > 0 ? decimalExponent(largest) : 0;
  return { size: powerOfTen(exponent), label: exponent === 0 ? '' : `10${raised(exponent)} ` };
}
