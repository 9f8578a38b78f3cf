import { describe, SdeError } from 'sde-core/errors';

/** Numbers as a list, a typed array, or an ndarray of whatever strides. */
export type NumberList = ArrayLike<number> | NumberArray;

/** What an ndarray is, by its fields. */
export interface NumberArray {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** An array of numbers with the lengths of its axes, row-major. */
export interface ShapedNumbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

const isList = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Numbers in order, row-major, with their shape; NaN and infinities among them. */
export function numbersIn(value: unknown, where: string): ShapedNumbers {
  if (isList(value)) return checked({ data: value, shape: [value.length] }, where);
  const { data, shape, stride, offset } = (value ?? {}) as Partial<NumberArray>;
  const whole = isList(data) && isList(shape) && isList(stride) && shape.length === stride.length && isWhole(offset);
  if (!whole || !Array.from(shape).every(isWhole) || !Array.from(stride).every(Number.isSafeInteger))
    throw noNumbers(value, where);
  const size = shape.reduce((product, length) => product * length, 1);
  const out = new Float64Array(size > data.length ? 0 : size);
  if (out.length !== size) throw noNumbers(value, where);
  for (let p = 0; p < size; p++) {
    let [rest, place] = [p, offset];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (rest % shape[axis]) * stride[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    const entry: unknown = data[place];
    if (typeof entry !== 'number') throw noNumbers(entry, `${where}[${p}]`);
    out[p] = entry;
  }
  return { data: out, shape: [...shape] };
}

function checked(numbers: ShapedNumbers, where: string): ShapedNumbers {
  for (let i = 0; i < numbers.data.length; i++) {
    const entry: unknown = numbers.data[i];
    if (typeof entry !== 'number') throw noNumbers(entry, `${where}[${i}]`);
  }
  return numbers;
}

const noNumbers = (got: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'not numbers',
    where,
    expected: 'a list of numbers, a typed array or an ndarray',
    got: describe(got),
    remedy: 'give what a function of the toolkit returned, or plain numbers',
  });

/** The least and the greatest finite number of some; undefined where there is none. */
export function extent(...lists: readonly ArrayLike<number>[]): readonly [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** How many are not finite. */
export function countNonFinite(list: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < list.length; i++) if (!Number.isFinite(list[i])) count += 1;
  return count;
}

/** A range with room around it, so that nothing lies on the frame; one number gets a range of its own size. */
export function roomy([low, high]: readonly [number, number], share: number = 0.05): [number, number] {
  const margin = high > low ? (high - low) * share : Math.abs(low) * 0.1 || 1;
  return [low - margin, high + margin];
}
