import { plotMap } from 'sde-plots';
import { describe, expect, it } from 'vitest';
import { strictXml } from '../../strict-xml.js';

const points = Float64Array.from({ length: 21 }, (_, i) => i / 10 - 1);
const saddle = Float64Array.from({ length: 441 }, (_, p) => points[Math.floor(p / 21)] * points[p % 21]);
const labels = { title: 'A saddle', xLabel: 'x', yLabel: 'y', valueLabel: 'x y' };

/** Fills of the bands that are not empty, in the order painted: from the lowest up, each over those before. The last five are the legend. */
const bands = (svg: string): string[] =>
  [...svg.matchAll(/<path fill="(rgb\([^"]*\))" d="[^"]+"/g)].map(([, color]) => color).slice(0, -5);

/** The path of the lowest band, which lies below all others. */
const lowestBand = (svg: string): string => /<path fill="rgb[^"]*" d="([^"]+)"/.exec(svg)?.[1] ?? '';

type Point = readonly [x: number, y: number];

const polygons = (path: string): readonly (readonly Point[])[] =>
  path
    .split('M')
    .slice(1)
    .map((ring) =>
      ring
        .replace('Z', '')
        .split('L')
        .map((pair): Point => {
          const [x, y] = pair.split(',').map(Number);
          return [x, y];
        }),
    );

/** Whether a ray to the right crosses the rings an odd number of times. */
const isInside = (rings: readonly (readonly Point[])[], x: number, y: number): boolean =>
  rings.reduce((inside, ring) => {
    const crossed = ring.filter(([x1, y1], k) => {
      const [x2, y2] = ring[(k + 1) % ring.length];
      return y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
    });
    return inside !== (crossed.length % 2 === 1);
  }, false);

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

  it.each<[string, (x: number, y: number) => boolean]>([
    ['a disc', (x, y) => Math.hypot(x, y) < 0.35],
    ['a half plane', (x) => x < 0.05],
  ])(
    'leaves %s blank whose values are not finite, with each cell that has a corner there, and no more',
    async (_, hole) => {
      for (const lost of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const values = saddle.map((v, p) => (hole(points[Math.floor(p / 21)], points[p % 21]) ? lost : v));
        const svg = await plotMap({ x: points, y: points, values, ...labels });
        const band = polygons(lowestBand(svg));
        const frame = /<rect height="([\d.]+)" width="([\d.]+)" y="([\d.]+)" x="([\d.]+)"[^>]* aria-label="frame"/;
        const [height, width, top, left] = (frame.exec(svg) ?? []).slice(1).map(Number);
        for (let i = 0; i < 20; i++)
          for (let j = 0; j < 20; j++) {
            const corners = [0, 21, 1, 22].map((next) => values[i * 21 + j + next]);
            const middle = [left + ((i + 0.5) / 20) * width, top + (1 - (j + 0.5) / 20) * height] as const;
            expect([i, j, isInside(band, ...middle)]).toEqual([i, j, corners.every(Number.isFinite)]);
          }
      }
    },
  );

  it('refuses what does not fit', async () => {
    await expect(plotMap({ x: points, y: points, values: [1], ...labels })).rejects.toThrow(/shape \(441\)/);
    await expect(plotMap({ x: [0], y: points, values: points, ...labels })).rejects.toThrow(/two points/);
    await expect(plotMap({ x: points, y: points, values: saddle.map(() => Number.NaN), ...labels })).rejects.toThrow(
      /finite/,
    );
  });
});
