import { key, SdeError } from 'sde-core';
import type { Dataset } from './dataset.js';
import { permutation } from './permutation.js';

const ROWS = 1797;
const PIXELS = 64;
const CLASSES = 10;
const MOST_INK = 16;
const TEST_ROWS = 360;
const SHA256 = '46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a';
const FILE = 'resnet-bridge/data/digits.csv.gz';

/**
 * 1,797 handwritten digits, 8 × 8 pixels of 0 … 16, shipped with the package.
 *
 * The split is fixed: the first 360 rows of `permutation(1797, key('digits split'))` are for testing, the other 1,437 for training,
 * not stratified. Reads and checks 57 kB: about 20 ms. Needs Node, where the file lies beside the code.
 *
 * @throws SdeError `data` if the file is absent, truncated or altered.
 * @see [alpaydin1998]
 */
export function digits(): Dataset {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const address = new URL('../../data/digits.csv.gz', import.meta.url);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(address);
  } catch (cause) {
    throw damaged(
      'the data file cannot be read',
      `the file ${FILE}`,
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
  return readDigits(bytes);
}

/** The dataset from the bytes of its file; everything that can be wrong with them is one `SdeError` of code `data`. */
export function readDigits(bytes: Uint8Array): Dataset {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== SHA256) {
    throw damaged(
      'the data file is truncated or altered',
      `sha256 ${SHA256}`,
      `sha256 ${hash} (${bytes.length} bytes)`,
    );
  }
  const { gunzipSync } = process.getBuiltinModule('node:zlib');
  return parseDigits(gunzipSync(bytes).toString('latin1'));
}

/** The dataset from the decompressed text: 65 integers a row. */
export function parseDigits(text: string): Dataset {
  const lines = text.trimEnd().split('\n');
  if (lines.length !== ROWS)
    throw damaged('the data have the wrong number of rows', `${ROWS} rows`, `${lines.length} rows`);
  const inputs = new Float64Array(ROWS * PIXELS);
  const labels = new Uint8Array(ROWS);
  lines.forEach((line, row) => {
    const values = line.split(',').map((field) => (/^\d+$/.test(field) ? Number(field) : Number.NaN));
    const label = values[PIXELS];
    const pixels = values.slice(0, PIXELS);
    if (values.length !== PIXELS + 1 || !(label < CLASSES) || !pixels.every((ink) => ink <= MOST_INK)) {
      throw damaged(
        `row ${row + 1} of the data is not an image with its class`,
        `${PIXELS} integers 0 … ${MOST_INK}, then a class 0 … ${CLASSES - 1}`,
        `'${line.length > 60 ? `${line.slice(0, 57)}…` : line}' (${values.length} fields)`,
      );
    }
    inputs.set(pixels, row * PIXELS);
    labels[row] = label;
  });
  const order = permutation(ROWS, key('digits split'));
  return {
    name: 'digits',
    count: ROWS,
    features: PIXELS,
    classes: CLASSES,
    inputs,
    labels,
    train: order.slice(TEST_ROWS),
    test: order.slice(0, TEST_ROWS),
    source:
      'E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits (its test set), UCI Machine Learning Repository, CC BY 4.0',
  };
}

function damaged(what: string, expected: string, got: string, cause?: unknown): SdeError {
  const remedy = `install resnet-bridge again, or restore ${FILE} from the repository`;
  return new SdeError('data', { what, where: `digits(), ${FILE}`, expected, got, remedy }, { cause });
}
