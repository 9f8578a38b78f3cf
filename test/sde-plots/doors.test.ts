import * as plots from 'sde-plots';
import { describe, expect, it } from 'vitest';
import { replaceEach } from '../conformance/replaced-values.js';
import { HOSTILE, shown, strictXml } from '../strict-xml.js';
import { array, field, paths, STUDIES } from './made-up-results.js';

type Call = readonly [name: string, call: (...given: never[]) => unknown, given: readonly unknown[]];

const words = { title: 'a', xLabel: 'x', yLabel: 'y', width: 640, height: 440 };
const points = [
  { h: 0.5, error: 0.1, standardError: 0.01 },
  { h: 0.25, error: 0.05, standardError: 0.01 },
];
const map = { x: [0, 1], y: [0, 1], values: [0, 1, 1, 2], title: 'a', xLabel: 'x', yLabel: 'y', valueLabel: 'v' };
const table = { title: 'a', header: ['b', 'c'], rows: [['d', 'e']] };

const CALLS: readonly Call[] = [
  ['plotErrors', plots.plotErrors, [{ title: 'a', series: [{ label: 'b', points }], slopes: [1], confidence: 0.9 }]],
  ['plotMap', plots.plotMap, [{ ...map, limit: 2 }]],
  [
    'plotPaths',
    plots.plotPaths,
    [paths(3), { ...words, component: 0, state: 'x', show: 2, level: 0.5, summary: true }],
  ],
  ['plotField', plots.plotField, [field(1), { ...words, times: [0, 1], as: 'curves', states: ['x'], valueLabel: 'u' }]],
  ['plotDensity', plots.plotDensity, [{ ...field(1), massAt: [1, 1, 0.9] }, words]],
  ['histogram', plots.histogram, [[1, 2, 2, 3], { ...words, bins: 3, density: () => 1, densityLabel: 'b' }]],
  [
    'plotWeakError',
    plots.plotWeakError,
    [
      { constant: 1, order: 1, density: field(1) },
      { title: 'a', state: 'x' },
    ],
  ],
  ['plot', plots.plot, [STUDIES.weak]],
  ['markdown', plots.markdown, [STUDIES.weak]],
  ['markdown of a comparison', plots.markdown, [STUDIES.work]],
  ['csv', plots.csv, [STUDIES.strong]],
  ['latex', plots.latex, [STUDIES.work]],
  ['markdownTable', plots.markdownTable, [table]],
  ['csvTable', plots.csvTable, [table]],
  ['latexTable', plots.latexTable, [table]],
  ['htmlTable', plots.htmlTable, [table]],
  ['textTable', plots.textTable, [table]],
];

/** Where one of what is right nowhere is right after all. */
const RIGHT: readonly RegExp[] = [
  // Results may hold numbers that are not finite: the picture says so.
  /\.(error|standardError|value|values\.\d|data(\.\d+)?|0\.\d|noiseFloor|samplesFactor|work|order|low|high|next|massAt(\.\d)?|localSlopes(\.\d)?|paths|nonFinite) = (NaN|∞|−∞)$/,
  /^histogram: argument 0\.\d = (NaN|∞|−∞)$/,
  /^histogram: argument 0 = a (list|typed array) with NaN$/,
  /^plotMap.*values.* = a (list|typed array) with NaN$/,
  // Not looked at: sde-plots reads what it draws.
  /^(plot|markdown|csv|latex)( of a .*)?: argument 0\.(method|pathsNeeded|samplesFactor|version|levels\.\d|fit|functional)/,
  /^plotDensity: argument 0\.massAt/,
  // A flag, and options that are all left out.
  /\.(summary|resolved) = (true|false)$/,
  / = an object that coerces otherwise$/,
];

describe('every door of sde-plots', () => {
  it.each(CALLS)('%s', async (name, call, given) => {
    await call(...(given as never[]));
    const { raw, accepted } = await replaceEach(call, given);
    expect(raw).toEqual([]);
    const never =
      / = (null|NaN|∞|−∞|true|false|a symbol|a big integer|a sparse list|a list with NaN|a list of null|a typed array of big integers|a typed array with NaN|a view of bytes|an object that coerces)$/;
    const through = accepted.map((place) => `${name}: ${place}`).filter((place) => never.test(place));
    expect(through.filter((place) => !RIGHT.some((rule) => rule.test(place)))).toEqual([]);
  });
});

const hostile = HOSTILE.join(' ');
const said = { title: hostile, xLabel: hostile, yLabel: hostile };
const PICTURES: Readonly<Record<string, () => Promise<string>>> = {
  plotErrors: () =>
    plots.plotErrors({
      ...said,
      note: hostile,
      series: [{ label: hostile, points, predicted: { constant: 1, order: 1, label: hostile } }],
    }),
  plotMap: () => plots.plotMap({ ...map, ...said, valueLabel: hostile, remarks: [hostile] }),
  plotPaths: () => plots.plotPaths(paths(3), said),
  plotField: () => plots.plotField(field(1), { ...said, valueLabel: hostile, states: [hostile] }),
  'plotField of a plane': () =>
    plots.plotField(field(2), { title: hostile, valueLabel: hostile, states: [hostile, hostile] }),
  plotDensity: () => plots.plotDensity(field(1), said),
  histogram: () => plots.histogram([1, 2, 3], { ...said, density: () => 1, densityLabel: hostile }),
  plotWeakError: () =>
    plots.plotWeakError({ constant: 1, order: 1, density: field(1) }, { title: hostile, state: hostile }),
  plot: () => plots.plot({ ...STUDIES.weak, chain: hostile, functional: { name: hostile } }),
};

describe('hostile words in every picture', () => {
  it.each(Object.entries(PICTURES))('%s is well-formed, says them, and holds no script', async (_, draw) => {
    const svg = await draw();
    const { texts, attributes } = strictXml(svg);
    expect(texts.filter((text) => text.includes(shown(hostile))).length).toBeGreaterThan(0);
    expect(attributes.find(([element, name]) => element === 'svg' && name === 'aria-label')?.[2]).toContain(
      shown(HOSTILE[0]),
    );
    expect(attributes.some(([, name]) => name.startsWith('on'))).toBe(false);
    expect(svg).not.toMatch(/<script/);
    expect(await draw()).toBe(svg);
  });
});

it('tables keep hostile cells in their cells', () => {
  const rows = HOSTILE.map((cell) => [cell, 'x']);
  const given = { ...table, title: hostile, rows };
  expect(
    plots
      .markdownTable(given)
      .split('\n')
      .filter((line) => /[^\\]\|.*[^\\]\|/.test(line)),
  ).toHaveLength(rows.length + 2);
  strictXml(plots.htmlTable(given));
  const latex = plots.latexTable(given);
  expect(latex.split('\n').filter((line) => line.endsWith('\\\\'))).toHaveLength(rows.length + 1);
  // Nothing that LaTeX takes for more than itself is left bare, once its own words are gone.
  const cells = latex
    .split('\n')
    .filter((line) => line.startsWith('  ') && !/rule$/.test(line))
    .join('');
  const bare = cells
    .replace(/ \\\\/g, '')
    .replace(/\\(?:[$&#%_{}]|text\w+\{\})/g, '')
    .replace(/\$(?:-?[\d.]+|[-]|\^[23])\$/g, '')
    .replace(/ & /g, '');
  expect(bare).not.toMatch(/[\\{}$&#%_^~<>]/);
});

it('arrays of any strides are read in order', async () => {
  const { data } = array([1, 2, 3, 4, 5, 6], [2, 3]);
  const transposed = { data, shape: [3, 2], stride: [1, 3], offset: 0 };
  const straight = array([1, 4, 2, 5, 3, 6], [3, 2]);
  const drawn = (values: plots.NumberArray) => plots.plotMap({ ...map, x: [0, 1, 2], values });
  expect(await drawn(transposed)).toBe(await drawn(straight));
  await expect(drawn({ ...straight, stride: [2, 7] })).rejects.toThrow(/not numbers/);
  await expect(drawn({ ...straight, shape: [3000, 2000] })).rejects.toThrow(/not numbers/);
});
