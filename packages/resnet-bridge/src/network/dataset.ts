import { describe, requireInteger, SdeError } from 'sde-core';

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
  for (const label of classes) requireInteger(label, 0, where, `name classes of 0 … ${dataset.classes - 1}`);
  if (classes.length < 2 || new Set(classes).size < classes.length || classes.some((c) => c >= dataset.classes)) {
    throw new SdeError('value', {
      what: 'not a choice of classes',
      where,
      expected: `at least two different classes of 0 … ${dataset.classes - 1}`,
      got: describe(classes.join(', ')),
      remedy: 'name each class once, e.g. [3, 8]',
    });
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
