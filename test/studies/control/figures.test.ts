import { describe, expect, it } from 'vitest';
import { descentFigure, planeFigure, taylorFigure, thetaFigure } from '#studies/control/figures';
import { HOSTILE, shown, strictXml } from '../../strict-xml.js';

const label = HOSTILE.join(' ');
const points = [
  { t: 0, value: 0.1, size: 0.1, remainder: 0.01 },
  { t: 1, value: 0.3, size: 0.01, remainder: 0.0001 },
];

const PICTURES = {
  planeFigure: planeFigure({
    name: 'plane',
    panels: [{ title: label, at: (x, y) => x + y }],
    range: [-2, 2],
    extent: [-1, 1],
    color: label,
    x: label,
    y: label,
    points: [],
    classes: [label, 'the other'],
  }),
  thetaFigure: thetaFigure([{ parameter: label, group: label, points }], { name: 'theta', steps: true }),
  taylorFigure: taylorFigure([{ label, points }], 'taylor'),
};

describe('pictures of controls', () => {
  it.each(Object.entries(PICTURES))('%s is well-formed and says its labels', (_, svg) => {
    const { texts, attributes } = strictXml(svg);
    expect(texts.some((text) => text.includes(shown(label)))).toBe(true);
    expect(attributes.some(([, name]) => name === 'onload')).toBe(false);
  });

  it('descentFigure is well-formed', () => {
    strictXml(descentFigure({ equation: [1, 0.5, 0.2], gradients: [0.9, 0.4] }, 'descent'));
  });
});
