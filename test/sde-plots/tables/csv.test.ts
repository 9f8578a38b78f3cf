import {
  discretize,
  eulerMaruyama,
  geometricBrownianMotion,
  inline,
  key,
  platen,
  problem,
  strongOrder,
  terminal,
  weakOrder,
  withDriver,
  workPrecision,
} from 'sde-core';
import { csv } from 'sde-plots';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '#sde-core/numerics/distributions';

const on = problem({ model: geometricBrownianMotion({ mu: 1, sigma: 0.5 }), x0: [1], T: 1 });
const euler = (steps: number) => discretize(on, withDriver(eulerMaruyama, 'two-point'), steps);

/** A reader of RFC 4180 for the tests alone: shape (lines, cells). */
function read(text: string): string[][] {
  const lines: string[][] = [];
  let [cells, cell, quoted] = [[] as string[], '', false];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') cell += text[++i];
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') [cells, cell] = [[...cells, cell], ''];
    else if (c === '\r' && text[i + 1] === '\n') {
      lines.push([...cells, cell]);
      [cells, cell] = [[], ''];
      i++;
    } else cell += c;
  }
  expect([cells, cell]).toEqual([[], '']);
  return lines;
}
const records = (text: string): Record<string, string>[] => {
  const [header, ...rows] = read(text);
  return rows.map((row) => {
    expect(row).toHaveLength(header.length);
    return Object.fromEntries(header.map((name, i) => [name, row[i]]));
  });
};

describe('csv', () => {
  test('a weak order: every digit, and texts with commas, quotes and line ends', async () => {
    const name = 'max(x, 1), "so called"\r\nand more';
    const study = await weakOrder({
      chain: euler,
      steps: [4, 8, 16],
      functional: terminal('x', { name }),
      truth: Math.E,
      expected: 1,
      method: { kind: 'exact' },
    });
    const rows = records(csv(study));
    expect(rows).toHaveLength(3);
    rows.forEach((row, i) => {
      const { steps, h, value, error } = study.levels[i];
      expect(row.functional).toBe(name);
      expect([row.steps, row.h, row.value, row.error, row.errorLow].map(Number)).toEqual([
        steps,
        h,
        value,
        error,
        error,
      ]);
      expect([Number(row.order), row.verdict, row.resolved]).toEqual([study.fit.value, study.verdict, 'true']);
    });
  });

  test('a strong order: intervals of its mean squares', async () => {
    const study = await strongOrder({
      problem: on,
      scheme: eulerMaruyama,
      steps: [4, 8, 16],
      paths: 500,
      key: key(1),
      backend: inline(),
    });
    const rows = records(csv(study));
    const z = normalQuantile(0.975);
    rows.forEach((row, i) => {
      const { error, standardError } = study.levels[i];
      expect(Number(row.errorHigh)).toBe(error + z * standardError);
      expect([Number(row.expected), Number(row.order), Number(row.paths)]).toEqual([0.5, study.order, 500]);
    });
  });

  test('a comparison: a row for each candidate and level, blanks where there is no work', async () => {
    const study = await workPrecision({
      candidates: [
        { name: 'Euler, two-point', chain: euler, expected: 2 },
        { name: 'Platen', chain: (steps) => discretize(on, platen, steps), expected: 2 },
      ],
      steps: [4, 8, 16, 32],
      functional: terminal('x'),
      truth: Math.E,
      tolerance: 1e-3,
      method: { kind: 'exact' },
    });
    const rows = records(csv(study));
    expect(rows.map(({ method }) => method)).toEqual([
      ...Array.from({ length: 4 }, () => 'Euler, two-point'),
      ...Array.from({ length: 4 }, () => 'Platen'),
    ]);
    expect([rows[0].orderVerdict, rows[0].work, rows[0].cheapest]).toEqual(['refuted', '', '']);
    expect(Number(rows[4].work)).toBe(study.rows[1].work);
    expect(Number(rows[5].pathWork)).toBe(8 * study.rows[1].workPerStep);
  });
});
