import { inspect } from 'node:util';
import { crankNicolson, type Field, type GridData, solveFokkerPlanck, solveKolmogorov, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1/2']] });
const how = { grid: [uniform(-2, 2, 9)], stepping: crankNicolson({ steps: 2 }) };
const equation = { model, T: 1, terminal: 'x^2' };
const MADE = {
  Field: solveKolmogorov(equation, how),
  'Field, extrapolated': solveKolmogorov(equation, { ...how, extrapolate: true }),
  Density: solveFokkerPlanck({ model, T: 1, initial: [0.5] }, how),
};

describe.each(Object.entries(MADE))('%s', (name, made) => {
  it('is one line in print', () => {
    expect(inspect(made)).toMatch(
      new RegExp(`^${name.split(',')[0]}\\(9 points in \\[-2, 2\\], \\d+ times in \\[0, 1\\]`),
    );
    expect(inspect(made)).not.toContain('\n');
  });

  it('is grid, times and values at the nodes in JSON, and nothing that enumerates sees more', () => {
    const { grid, times, values } = JSON.parse(JSON.stringify(made)) as GridData;
    expect(grid).toEqual([Array.from(made.grid[0].points)]);
    expect(times).toEqual(Array.from(made.times));
    expect(values.map(({ length }) => length)).toEqual(times.map(() => 9));
    expect(Object.keys(made)).not.toContain('toJSON');
    if (name.startsWith('Field')) expect(values[0]).toEqual(Array.from((made as Field).slice(0).data));
  });
});
