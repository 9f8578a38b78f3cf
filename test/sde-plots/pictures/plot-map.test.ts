import { plotMap } from 'sde-plots';
import { describe, expect, it } from 'vitest';
import { strictXml } from '../../strict-xml.js';

const points = Float64Array.from({ length: 21 }, (_, i) => i / 10 - 1);
const saddle = Float64Array.from({ length: 441 }, (_, p) => points[Math.floor(p / 21)] * points[p % 21]);
const labels = { title: 'A saddle', xLabel: 'x', yLabel: 'y', valueLabel: 'x y' };

/** Fills of the bands that are not empty, in the order painted: from the lowest up, each over those before. The last five are the legend. */
const bands = (svg: string): string[] =>
  [...svg.matchAll(/<path fill="(rgb\([^"]*\))" d="[^"]+"/g)].map(([, color]) => color).slice(0, -5);

describe('plotMap', () => {
  it('draws a band for each of 17 levels in its color, and says what the colors are', async () => {
    const svg = await plotMap({ x: points, y: points, values: saddle, ...labels });
    strictXml(svg);
    expect(svg).toMatch(/^<svg/);
    expect(bands(svg).length).toBe(17);
    expect(new Set(bands(svg)).size).toBe(17);
    for (const text of ['A saddle', '>x y<', '>1<', '>0.5<', '>−0.5<', '>−1<']) expect(svg).toContain(text);
    expect(await plotMap({ x: points, y: points, values: saddle, ...labels })).toBe(svg);
  });

  it('gives a function that is nowhere positive no color above zero', async () => {
    const both = bands(await plotMap({ x: points, y: points, values: saddle, ...labels }));
    const below = await plotMap({ x: points, y: points, values: saddle.map((v) => -v * v), ...labels });
    expect(bands(below)).toEqual(both.slice(0, 9));
    const [red, , blue] = both.map((color) => color.match(/\d+/g)?.map(Number) ?? []).at(-1) ?? [];
    expect(red).toBeGreaterThan(blue);
  });

  it('cuts at the limit, and draws zero as well', async () => {
    const limited = await plotMap({ x: points, y: points, values: saddle, ...labels, limit: 0.25 });
    expect(limited).toContain('0.25');
    expect(await plotMap({ x: points, y: points, values: new Float64Array(441), ...labels })).toContain('<svg');
  });

  it('refuses what does not fit', async () => {
    await expect(plotMap({ x: points, y: points, values: [1], ...labels })).rejects.toThrow(/shape \(441\)/);
    await expect(plotMap({ x: [0], y: points, values: points, ...labels })).rejects.toThrow(/two points/);
    await expect(plotMap({ x: points, y: points, values: saddle.map(() => Number.NaN), ...labels })).rejects.toThrow(
      /finite/,
    );
  });
});
