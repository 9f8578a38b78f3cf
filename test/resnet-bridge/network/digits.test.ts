import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Dataset, digits, selectClasses } from 'resnet-bridge';
import { SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { parseDigits, readDigits } from '#resnet-bridge/network/digits';

const bytes = readFileSync(new URL('../../../packages/resnet-bridge/data/digits.csv.gz', import.meta.url));
const text = gunzipSync(bytes).toString('latin1');
const errorOf = (work: () => unknown): SdeError => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof SdeError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
};

describe('digits', () => {
  const data: Dataset = digits();

  it('are 1797 images of 64 pixels in 10 classes', () => {
    expect([data.count, data.features, data.classes]).toEqual([1797, 64, 10]);
    expect(data.inputs.length).toBe(1797 * 64);
    expect(new Set(data.inputs).size).toBe(17);
    const counts = Array.from({ length: 10 }, (_, label) => data.labels.filter((l) => l === label).length);
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]); // of the published test set
  });

  it('keep the row order of the file', () => {
    const row = text.split('\n')[1000].split(',').map(Number);
    expect(Array.from(data.inputs.subarray(64_000, 64_064))).toEqual(row.slice(0, 64));
    expect(data.labels[1000]).toBe(row[64]);
  });

  it('split into disjoint rows that cover all, the same each time', () => {
    expect([data.train.length, data.test.length]).toEqual([1437, 360]);
    expect(new Set([...data.train, ...data.test]).size).toBe(1797);
    expect(digits().test).toEqual(data.test);
    for (let label = 0; label < 10; label++) {
      expect(data.test.filter((row) => data.labels[row] === label).length).toBeGreaterThan(0);
    }
  });

  it('name the damage and the remedy when the file is truncated or altered', () => {
    const altered = Uint8Array.from(bytes);
    altered[5000] ^= 1;
    for (const damaged of [bytes.subarray(0, 20_000), new Uint8Array(0), altered]) {
      const error = errorOf(() => readDigits(damaged));
      expect(error.code).toBe('data');
      expect(error.details.got).toContain(`${damaged.length} bytes`);
      expect(error.message).toMatch(/digits\.csv\.gz[\s\S]*install resnet-bridge again/);
    }
  });

  it('name the row when the text is wrong', () => {
    const lines = text.trimEnd().split('\n');
    const withRow = (row: string): string => [...lines.slice(0, 6), row, ...lines.slice(7)].join('\n');
    const fields = lines[6].split(',');
    const wrong = [
      fields.slice(1),
      ['17', ...fields.slice(1)],
      [...fields.slice(0, 64), '10'],
      ['x', ...fields.slice(1)],
    ];
    for (const row of wrong) {
      const error = errorOf(() => parseDigits(withRow(row.join(','))));
      expect(error.code).toBe('data');
      expect(error.details.what).toContain('row 7');
    }
    expect(errorOf(() => parseDigits(lines.slice(0, 1796).join('\n'))).details.got).toBe('1796 rows');
  });

  it('select classes, relabelled in the order given, within the split', () => {
    const two = selectClasses(data, [8, 3]);
    expect([two.count, two.classes]).toEqual([174 + 183, 2]);
    expect(two.labels.filter((label) => label === 0).length).toBe(174);
    expect(two.train.length + two.test.length).toBe(two.count);
    const testEights = Array.from(data.test).filter((row) => data.labels[row] === 8);
    const first = Array.from(two.test).filter((row) => two.labels[row] === 0);
    expect(first.length).toBe(testEights.length);
    expect(two.inputs.subarray(first[0] * 64, first[0] * 64 + 64)).toEqual(
      data.inputs.subarray(testEights[0] * 64, testEights[0] * 64 + 64),
    );
  });

  it.each([[[3]], [[3, 3]], [[3, 10]], [[3, -1]], [[1, 2.5]]])('refuse the classes %j', (classes) => {
    expect(errorOf(() => selectClasses(data, classes)).code).toBe('value');
  });
});
