import { SdeError } from 'sde-core';
import { describe, requireInteger } from 'sde-core/errors';
import { isObject } from './at-the-door.js';
import { MOST_CLASSES } from './limits.js';

/** Labelled examples with a fixed split. */
export interface Dataset {
  readonly name: string;
  /** Examples. */
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  /** Shape (count, features), row-major. */
  readonly inputs: Float64Array;
  /** Shape (count): 0 … classes − 1. */
  readonly labels: Uint8Array;
  /** Rows for training and for testing, disjoint. */
  readonly train: Uint32Array;
  readonly test: Uint32Array;
  /** Attribution and licence. */
  readonly source: string;
}

/**
 * The examples of the given classes alone, relabelled 0, 1, … in the order given; the split stays as it was.
 *
 * @throws SdeError `value` if fewer than two classes are given, one twice, or one that the dataset does not have.
 */
export function selectClasses(dataset: Dataset, classes: readonly number[]): Dataset {
  const where = 'selectClasses(dataset, classes)';
  requireDataset(dataset, where);
  if (!Array.isArray(classes)) throw notClasses(dataset, classes, where);
  for (const label of Array.from(classes))
    requireInteger(label, 0, where, `name classes of 0 … ${dataset.classes - 1}`);
  if (classes.length < 2 || new Set(classes).size < classes.length || classes.some((c) => c >= dataset.classes)) {
    throw notClasses(dataset, classes.join(', '), where);
  }
  const { features } = dataset;
  const rows = Array.from(dataset.labels.keys()).filter((row) => classes.includes(dataset.labels[row]));
  const inputs = new Float64Array(rows.length * features);
  const labels = new Uint8Array(rows.length);
  const newRow = new Map<number, number>();
  rows.forEach((row, i) => {
    inputs.set(dataset.inputs.subarray(row * features, (row + 1) * features), i * features);
    labels[i] = classes.indexOf(dataset.labels[row]);
    newRow.set(row, i);
  });
  const kept = (split: Uint32Array): Uint32Array =>
    Uint32Array.from(
      split.filter((row) => newRow.has(row)),
      (row) => newRow.get(row)!,
    );
  return {
    ...dataset,
    name: `${dataset.name}, classes ${classes.join(', ')}`,
    count: rows.length,
    classes: classes.length,
    inputs,
    labels,
    train: kept(dataset.train),
    test: kept(dataset.test),
  };
}

function notClasses({ classes }: Dataset, got: unknown, where: string): SdeError {
  return new SdeError('value', {
    what: 'not a choice of classes',
    where,
    expected: `at least two different classes of 0 … ${classes - 1}`,
    got: describe(got),
    remedy: 'name each class once, e.g. [3, 8]',
  });
}

/**
 * Refuses what is no dataset: arrays of other sizes than it says, inputs that are not finite, labels that are not 0 … classes − 1, splits
 * that name rows which are not there. Cost O(count · features).
 */
export function requireDataset(dataset: unknown, where: string): asserts dataset is Dataset {
  const refuse = (what: string, expected: string, got: string, remedy: string): never => {
    throw new SdeError('data', { what, where, expected, got, remedy });
  };
  if (!isObject(dataset)) {
    throw new SdeError('data', {
      what: 'not a dataset',
      where,
      expected: '{ name, count, features, classes, inputs, labels, train, test }',
      got: describe(dataset),
      remedy: 'take digits(), or an object of that form',
    });
  }
  const { count, features, classes, inputs, labels, train, test } = dataset as Partial<Dataset>;
  for (const [name, value] of Object.entries({ count, features, classes }))
    requireInteger(
      value,
      1,
      `${where}: dataset.${name}`,
      'say how many there are',
      name === 'classes' ? MOST_CLASSES : undefined,
    );
  for (const [name, value] of Object.entries({ name: dataset.name, source: dataset.source })) {
    if (typeof value !== 'string') refuse(`dataset.${name} is not text`, 'a string', describe(value), 'say what it is');
  }
  if (!(inputs instanceof Float64Array || (inputs as unknown) instanceof Float32Array)) {
    refuse(
      'dataset.inputs is no typed array',
      'a Float64Array',
      describe(inputs),
      'write Float64Array.from(rows.flat())',
    );
  }
  const rows = Number(count);
  const sizes = [
    ['inputs', inputs, rows * Number(features), 'count · features numbers, row after row'],
    ['labels', labels, rows, 'one for each row'],
  ] as const;
  for (const [name, list, size, meaning] of sizes) {
    if (list?.length !== size)
      throw new SdeError('shape', {
        what: `dataset.${name} has the wrong size`,
        where,
        expected: `${size} numbers`,
        got: describe(list),
        remedy: `give ${meaning}`,
      });
  }
  for (let i = 0; i < rows; i++) requireLabel(Number(classes), labels, i, refuse);
  const broken = Array.prototype.findIndex.call(inputs, (value: unknown) => !Number.isFinite(value));
  if (broken >= 0) {
    refuse(
      `row ${Math.floor(broken / Number(features))} of dataset.inputs is not finite`,
      'finite numbers',
      String(inputs?.[broken]),
      'fill in or leave out rows with missing values',
    );
  }
  for (const [name, split] of Object.entries({ train, test })) {
    if (!Array.isArray(split) && !(ArrayBuffer.isView(split) && 'length' in split))
      refuse(`dataset.${name} is missing`, 'the rows of this split', describe(split), 'give a list of row numbers');
    const beyond = Array.prototype.find.call(
      split,
      (row: unknown) => !Number.isInteger(row) || !(Number(row) >= 0 && Number(row) < rows),
    );
    if (beyond !== undefined)
      refuse(
        `dataset.${name} names a row that is not there`,
        `rows 0 … ${rows - 1}`,
        String(beyond),
        'rows count from 0',
      );
  }
}

function requireLabel(
  classes: number,
  labels: ArrayLike<unknown> | undefined,
  row: number,
  refuse: (what: string, expected: string, got: string, remedy: string) => never,
): void {
  const label = labels?.[row];
  if (Number.isInteger(label) && Number(label) >= 0 && Number(label) < classes) return;
  refuse(
    `dataset.labels has no class in row ${row}`,
    `whole numbers 0 … ${classes - 1}`,
    describe(label),
    label === classes ? 'labels count from 0: subtract 1 from labels that count from 1' : 'give every row its class',
  );
}
