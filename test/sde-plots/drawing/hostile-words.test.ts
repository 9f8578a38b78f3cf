import fc from 'fast-check';
import { plotErrors, plotMap } from 'sde-plots';
import { describe, expect, it } from 'vitest';
import { drawing } from '#sde-plots/drawing/drawing';
import { HOSTILE, shown, strictXml } from '../../strict-xml.js';

const points = [
  { h: 0.1, error: 1, standardError: 0.1 },
  { h: 0.05, error: 0.5, standardError: 0.05 },
];
const errors = (label: string): Promise<string> =>
  plotErrors({ series: [{ label, points }], slopes: [1], title: label, xLabel: label, yLabel: label });
const map = (label: string): Promise<string> =>
  plotMap({
    ...{ x: [0, 1], y: [0, 1], values: [1, 2, 3, 4] },
    ...{ title: label, xLabel: label, yLabel: label, valueLabel: label },
  });
const labelOf = (svg: string): string | undefined =>
  strictXml(svg).attributes.find(([, name]) => name === 'aria-label')?.[2];

describe.each([
  ['plotErrors', errors, HOSTILE],
  ['plotMap', map, [HOSTILE.join(' ')]],
] as const)('%s is well-formed, says its labels, and holds no more elements for them', (_, draw, labels) => {
  it.each(labels.map((label) => [JSON.stringify(label), label]))('%s', async (_, label) => {
    const svg = await draw(label);
    expect(labelOf(svg)).toBe(shown(label));
    const { texts, attributes } = strictXml(svg);
    expect(texts.filter((text) => text === shown(label))).toHaveLength(4);
    expect(attributes.length).toBe(strictXml(await draw('x')).attributes.length);
  });
});

it('whatever the text, between tags and in the title', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...HOSTILE, ...'<>&"\'\u0000\uD800\uDC00'),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  );
  // Parsers of XML make one space of each break of a line in an attribute, and a line feed of each between tags.
  const broken = /\r\n|[\r\n\t]/g;
  const labels = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(labels, (label) => {
      const { attributes, texts } = strictXml(drawing({ name: 'made-up', title: label, vertical: label, marks: [] }));
      expect(attributes.find(([, name]) => name === 'aria-label')?.[2]).toBe(shown(label).replace(broken, ' '));
      // Words that have the room stand there whole.
      if (label.length < 20) expect(texts.join('\n')).toContain(shown(label).replace(/\r\n?/g, '\n'));
    }),
    { numRuns: 120, seed: 1 },
  );
});

it('clip paths are numbered a picture, and a label that looks like one stays', async () => {
  const label = 'url(#plot-clip-1) id="plot-clip-1"';
  const svg = await errors(label);
  expect(await errors(label)).toBe(svg);
  expect(svg).toContain('clip-path="url(#errors-clip-1)"');
  expect(labelOf(svg)).toBe(label);
});
