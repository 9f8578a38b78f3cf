/** One double seen as two 32-bit words: scratch of the functions below, written and read within one call. */
const number = new Float64Array(1);
const words = new Int32Array(number.buffer);
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/** Sign, exponent and the upper 20 bits of the fraction, as a signed word. */
export function highWord(x: number): number {
  number[0] = x;
  return words[HIGH];
}

/** The double with these words. */
export function fromWords(high: number, low: number): number {
  words[HIGH] = high;
  words[LOW] = low;
  return number[0];
}

/** x with another high word. */
export function withHighWord(x: number, high: number): number {
  number[0] = x;
  words[HIGH] = high;
  return number[0];
}

/** x cut to its upper 21 bits: the product of two such numbers is exact. */
export function upperHalf(x: number): number {
  number[0] = x;
  words[LOW] = 0;
  return number[0];
}

/** x cut to 23 bits after 2^-21 of its exponent is added: it is moved by less than 2^-20 of itself. */
export function roundedTo23Bits(x: number): number {
  number[0] = x;
  const low = words[LOW] >>> 0;
  words[HIGH] += low >= 0x80000000 ? 1 : 0;
  words[LOW] = ((low + 0x80000000) >>> 0) & 0xc0000000;
  return number[0];
}

/** All normal powers of two. A load from here is free of the stall of writing half a double and reading it whole. */
const POWERS = Float64Array.from({ length: 2046 }, (_, k) => fromWords((k + 1) << 20, 0));

/** 2^k for −1022 ≤ k ≤ 1023. */
export function powerOfTwo(k: number): number {
  return POWERS[k + 1022];
}

/** y·2^k for 1 ≤ |y| < 4 and any whole k: rounded once, with gradual underflow. */
export function scaled(y: number, k: number): number {
  if (k >= -1021 && k <= 1023) return y * powerOfTwo(k);
  if (k > 1023) return k > 1100 ? y * Number.POSITIVE_INFINITY : y * powerOfTwo(1023) * powerOfTwo(k - 1023);
  return k < -1100 ? y * 0 : y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
}
