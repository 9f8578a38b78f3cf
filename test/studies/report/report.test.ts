import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { allFigures, figures } from '#studies/main-job/report/figures';
import { page } from '#studies/main-job/report/page';
import { summary } from '#studies/main-job/report/summary';
import { resultText } from '#studies/main-job/result-file';
import { png } from '#studies/report/raster';
import { HOSTILE, shown, strictXml } from '../../strict-xml.js';
import { madeUpResult } from '../made-up-result.js';

const result = madeUpResult();
const pictures = figures(result, 1.96);
const all = allFigures(pictures);

/** Numbers of a drawing that a viewer would choke on. */
const notNumbers = /NaN|Infinity|undefined|\[object/;

describe('a constant of h² that is not claimed', () => {
  const { ways } = result.twoDigits;
  const reason = 'not yet asymptotic: error / h^2 changes by 2 between the two finest steps';
  const interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level: 0.95 };
  const constant = { ...ways.constant, interval, verdict: 'inconclusive', reason } as const;
  const open = { ...result, twoDigits: { ...result.twoDigits, ways: { ...ways, constant } } };

  it('is said in the summary, is a warning, and has no line in the figure', () => {
    expect(summary(result, 1.96)).not.toContain('no constant of h²');
    expect(summary(open, 1.96)).toContain(`no constant of h² (${reason})`);
    expect(summary(open, 1.96)).toContain(`inconclusive: ${reason}`);
    const drawn = (of: typeof result): string => figures(of, 1.96).threeWays.svg;
    expect(drawn(result)).toContain('fitted constant');
    expect(drawn(open)).not.toContain('fitted constant');
    expect(drawn(open).match(notNumbers)).toBeNull();
  });
});

describe('the figures', () => {
  it.each(all.map((figure) => [figure.name, figure] as const))(
    '%s is an SVG with marks, words and a caption',
    (_, figure) => {
      strictXml(figure.svg);
      const svg = parseHTML(figure.svg).document.querySelector('svg');
      expect(svg?.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg');
      expect(svg?.querySelectorAll('path, circle, rect, line').length).toBeGreaterThan(5);
      expect(svg?.querySelectorAll('text').length).toBeGreaterThan(5);
      expect(figure.svg.match(notNumbers)).toBeNull();
      expect(figure.caption).toMatch(/Look|look/);
      expect(figure.alternative).not.toBe('');
    },
  );

  it('are well-formed whatever a result calls things, and a page of them holds no element of the names', () => {
    const name = HOSTILE.join(' ');
    const hostile = JSON.parse(
      JSON.stringify(result, (field, value: unknown) =>
        ['title', 'reason', 'message', 'data', 'description', 'key'].includes(field) ? name : value,
      ),
    ) as typeof result;
    const drawn = figures(hostile, 1.96);
    const pictured = allFigures(drawn);
    for (const { svg } of pictured) strictXml(svg);
    expect(pictured.some(({ svg }) => strictXml(svg).texts.some((text) => text.includes(shown(name))))).toBe(true);
    const html = page(hostile, drawn, 1.96, name);
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('script, [onload]').length).toBe(0);
    expect(document.querySelectorAll('figure svg').length).toBe(pictured.length);
    expect(document.querySelector('pre')?.textContent).toBe(shown(name));
  });

  it('have names and ids of their own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const ids = all.flatMap(({ svg }) => [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('become PNGs that show their words', () => {
    const { svg } = pictures.split;
    const bare = svg.replace(/<text.*?<\/text>/gs, '');
    const [width, height] = sizeOf(png(svg));
    expect(width).toBe(2 * 760);
    expect(height).toBeGreaterThan(400);
    // Text takes bytes: without fonts it would vanish, silently.
    expect(png(svg).length).toBeGreaterThan(1.2 * png(bare).length);
  });

  it('are drawn of exact and of missing values too', () => {
    const altered = (change: (error: number) => number, standardError: number): typeof result => ({
      ...result,
      noises: result.noises.map((noise) => ({
        ...noise,
        study: {
          ...noise.study,
          levels: noise.study.levels.map((level) => {
            const { flow, leading, modified } = level.errors;
            const moved = { ...leading, error: change(leading.error), standardError };
            return { ...level, errors: { flow: { ...flow, standardError }, leading: moved, modified } };
          }),
        },
      })),
    });
    for (const other of [altered((error) => error, 0), altered(() => 0, 0), altered(() => 0, 1e-3)])
      for (const figure of allFigures(figures(other, 1.96))) expect(figure.svg.match(notNumbers)).toBeNull();
  });
});

describe('the page', () => {
  const html = page(result, pictures, 1.96, 'npm start -- --repeat out/<run>/result.json');

  it('refers to nothing outside itself', () => {
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('[src], [href], link, script, iframe').length).toBe(0);
    const outside = html
      .replaceAll(/http:\/\/www.w3.org\/(2000\/svg|1999\/xhtml)/g, '')
      .match(/https?:|url\((?!#)|@import/);
    expect(outside).toBeNull();
  });

  it('shows every figure with its caption, every verdict, and the command that repeats it', () => {
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('figure svg').length).toBe(all.length);
    expect(document.querySelectorAll('figcaption').length).toBe(all.length);
    expect(document.querySelector('.verdict')?.textContent).toContain('9 of 12 orders are confirmed');
    expect(document.querySelector('pre')?.textContent).toBe('npm start -- --repeat out/<run>/result.json');
    expect(html.match(notNumbers)).toBeNull();
  });
});

describe('the summary', () => {
  it('has lines of one width in every table', () => {
    for (const table of summary(result, 1.96)
      .split('\n\n')
      .filter((part) => part.includes('───'))) {
      const [, header, rule, ...rows] = table.split('\n').map((line) => line.replace(/\p{Mn}/gu, '').length);
      expect(header).toBeLessThanOrEqual(rule);
      for (const row of rows) expect(row).toBeLessThanOrEqual(rule);
    }
  });

  it('says what is not confirmed and why', () => {
    expect(summary(result, 1.96)).toContain('Verdicts: 9 confirmed, 0 refuted, 3 inconclusive.');
    expect(summary(result, 1.96)).toContain('leading SDE: inconclusive: about 3 times the samples would decide');
  });
});

function sizeOf(bytes: Uint8Array): [number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

describe('warnings of the computation', () => {
  const [first, ...rest] = result.noises;
  const warned = {
    ...result,
    noises: [
      {
        ...first,
        warnings: [{ kind: 'overfitted' as const, message: 'The test loss rose & rose.' }],
        study: { ...first.study, warnings: [{ kind: 'coarse-steps' as const, message: 'The steps are coarse.' }] },
      },
      ...rest,
    ],
  };
  const html = (of: typeof result): string => page(of, pictures, 2, 'npm start');

  it('have a section where there are any, and lines in the summary', () => {
    expect(html(warned)).toContain('<h2>Warnings</h2>');
    expect(html(warned)).toContain('The test loss rose &amp; rose.');
    expect(html(warned)).toContain('The steps are coarse.');
    expect(summary(warned, 2)).toContain(`Warning, ${first.title}, weak error: The steps are coarse.`);
    expect(resultText(warned)).toContain('"kind": "coarse-steps"');
  });

  it('have none where there is nothing to say', () => {
    expect(html(result)).not.toContain('<h2>Warnings</h2>');
    expect(summary(result, 2)).not.toContain('Warning');
  });
});
