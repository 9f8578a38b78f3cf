import { histogram, plotDensity, plotErrors, plotField, plotMap, plotPaths } from 'sde-plots';
import { lookOf } from 'sde-plots/drawing';
import { describe, expect, it } from 'vitest';
import { binsOf } from '#sde-plots/pictures/histogram';
import { thinnedCurve } from '#sde-plots/pictures/thinning';
import { strictXml } from '../../strict-xml.js';
import { array, field, paths } from '../made-up-results.js';

const said = (svg: string): string => strictXml(svg).texts.join('\n');
const errors = (points: readonly { h: number; error: number; standardError: number; resolved?: boolean }[]) =>
  plotErrors({ title: 'a', series: [{ label: 'b', points }] });

describe('a picture says what it leaves out', () => {
  it('zeros, NaN and infinite bars of a logarithmic axis; how hollow, pale and cut marks are read', async () => {
    const one = { h: 1 / 8, error: -0.1, standardError: 0.2 };
    const svg = await errors([
      one,
      { ...one, error: 0 },
      { ...one, error: Number.NaN },
      { ...one, error: 1e-4, resolved: false },
      { ...one, error: 0.2, standardError: Number.POSITIVE_INFINITY },
    ]);
    const text = said(svg);
    expect(text).toContain('A hollow symbol is a negative error; a bar that reaches the lower edge includes 0');
    expect(text).toContain(
      'Not drawn: 1 error that is 0, 1 error that is not finite, 1 error below the frame, 1 bar of',
    );
    expect(said(await errors([{ ...one, standardError: 0, error: 1 }]))).not.toMatch(/Not drawn|hollow/);
    await expect(errors([{ ...one, error: 0 }])).rejects.toThrow(/no error to draw/);
  });

  it('looks of more series than there are: 36 differ, in the picture and in its legend', async () => {
    const points = [{ h: 1 / 8, error: 0.1, standardError: 0 }];
    const drawn = (count: number) =>
      plotErrors({ title: 'a', series: Array.from({ length: count }, (_, s) => ({ label: `s${s}`, points })) });
    const svg = await drawn(36);
    const looks = Array.from({ length: 36 }, (_, s) => lookOf(s));
    for (const part of ['symbol', 'dash'] as const)
      expect(new Set(looks.map((look) => `${look.color} ${look[part]}`)).size).toBe(36);
    const entries = [...svg.matchAll(/<g transform="[^"]*">(<(?:circle|path)[^>]*>)/g)].map(([, mark]) => mark);
    expect([entries.length, new Set(entries).size]).toEqual([36, 36]);
    expect(said(svg)).not.toContain('look the same');
    expect(said(await drawn(37))).toContain('Of the 37 series those 36 apart look the same.');
  });

  it('bars without an area: values a rounding apart or at the ends of the doubles', async () => {
    for (const samples of [[1e-320, 1e-320], [5e-324], [0, 0], [3]]) {
      const svg = await histogram(samples);
      expect(svg).toMatch(/aria-label="rect"><rect/);
      expect(said(svg)).toContain('all values are equal');
      expect(said(svg)).not.toContain('Not drawn');
    }
    const [most, rounding] = [Number.MAX_VALUE, Number.EPSILON];
    for (const samples of [[1e-320, 2e-320, 3e-320], [1, 1, 1, 1, 1 + rounding], [-most, 0, most], [most]])
      expect(said(await histogram(samples))).toMatch(/Not drawn: \d+ bars? too narrow or too wide/);
  });

  it('points of a hundred thousand, whose picture stays small', async () => {
    const points = Array.from({ length: 100_000 }, (_, i) => ({
      h: 1 / (1 + i),
      error: 1 / (1 + i),
      standardError: 0,
    }));
    const svg = await plotErrors({ title: 'a', series: [{ label: 'b', points }], xTicks: 'round' });
    expect(said(svg)).toContain('Not drawn: 99008 of 100000 points, evenly left out.');
    expect(svg.length).toBeLessThan(300_000);
    const long = Array.from({ length: 100_000 }, (_, i) => (i === 54_321 ? 9 : Math.sin(i)));
    const kept = thinnedCurve(long, 800);
    expect(kept.length).toBeLessThan(1000);
    for (const end of [0, 54_321, 99_999]) expect(kept).toContain(end);
  });

  it('every step has its tick and label, as far as there is room', async () => {
    const points = [4, 8, 16, 32, 64, 128].map((n) => ({ h: 1 / n, error: 1 / n, standardError: 0 }));
    const { texts } = strictXml(await errors(points));
    for (const n of [4, 8, 16, 32, 64, 128]) expect(texts).toContain(`1/${n}`);
  });

  it('values of maps, curves and paths that are not finite', async () => {
    const label = { title: 'a', xLabel: 'x', yLabel: 'y', valueLabel: 'v' };
    const map = await plotMap({ x: [0, 1, 2], y: [0, 1], values: [1, 2, 3, 4, Number.NaN, 6], ...label });
    expect(said(map)).toContain('Blank: 1 value that is not finite.');
    const holes = field(1, (u) => (u > 1.5 ? Number.POSITIVE_INFINITY : u));
    expect(said(await plotField(holes, { times: [1] }))).toContain('Not drawn: 2 values that are not finite.');
    const lost = paths(20, (p, n) => (p === 3 && n > 2 ? Number.NaN : p + n));
    expect(said(await plotPaths(lost, { show: 5 }))).toMatch(/5 of 20 paths[\s\S]*1 path leaves the finite numbers/);
    const apart = [paths(1), { t: [0, 1], x: array([1, 2], [2, 1]) }];
    expect(said(await plotPaths(apart))).toContain('No mean and no band: the paths are at different times.');
  });

  it('mass that is gone, and negative densities', async () => {
    const killed = { ...field(1, (u) => u - 0.1), massAt: [1, 0.9, 0.8] };
    const text = said(await plotDensity(killed, { as: 'map' }));
    expect(text).toContain('The mass is not 1 but 0.8 at t = 1.');
    expect(text).toContain('The least value is −0.1, drawn as 0.');
  });
});

describe('bins', () => {
  it('are those of Freedman and Diaconis, and hold every value once', async () => {
    // 0, …, 999: quartiles 249.75 and 749.25, so that a bin is 2 · 499.5/10 = 99.9 wide, and 10 of them hold 999.
    const bins = binsOf(Float64Array.from({ length: 1000 }, (_, i) => i));
    expect(bins.rule).toBe('Freedman–Diaconis');
    expect(bins.counts.length).toBe(10);
    expect(bins.counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    const svg = await histogram([1, 2, 3, Number.NaN, Number.NEGATIVE_INFINITY]);
    expect(said(svg)).toMatch(/Freedman–Diaconis[\s\S]*Not drawn: 2 values that are not finite/);
  });

  it('do without an interquartile range, without a range, and with tails', () => {
    expect(binsOf(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 9)).rule).toMatch(/^Sturges/);
    expect(binsOf(Float64Array.of(2, 2)).counts).toEqual(Float64Array.of(2));
    const tails = binsOf(Float64Array.from({ length: 1000 }, (_, i) => (i === 999 ? 1e9 : i)));
    expect([tails.counts.length, tails.beyond]).toEqual([200, 1]);
  });

  it('are refused where there is nothing', async () => {
    await expect(histogram([])).rejects.toThrow(/no finite value/);
    await expect(histogram([Number.NaN])).rejects.toThrow(/no finite value/);
  });
});
