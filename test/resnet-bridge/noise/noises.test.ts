import {
  branchDropout,
  gaussianInjection,
  gaussianMultiplicative,
  NOISES,
  type Noise,
  outputDropout,
  shakeDrop,
  shakeShake,
  stochasticDepth,
} from 'resnet-bridge';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { PLACEMENTS } from '#resnet-bridge/noise/placement';
import { requireNoise } from '#resnet-bridge/noise/require-noise';

const s = Math.sqrt(3 / 5);
/** Outcomes and weights that have the moments of a law up to the third, and more. */
const OUTCOMES: Readonly<Record<string, (law: Noise['laws'][number]) => readonly (readonly [number, number])[]>> = {
  gaussian: () => [
    [-Math.sqrt(3), 1 / 6],
    [0, 2 / 3],
    [Math.sqrt(3), 1 / 6],
  ],
  // Gauss–Legendre on the interval that has this mean and variance.
  uniform: ({ mean, variance }) =>
    (
      [
        [-s, 5 / 18],
        [0, 8 / 18],
        [s, 5 / 18],
      ] as const
    ).map(([at, weight]) => [mean + at * Math.sqrt(3 * variance), weight] as const),
};
const outcomesOf = (law: Noise['laws'][number]): readonly (readonly [number, number])[] =>
  law.outcomes?.map(({ value, probability }) => [value, probability] as const) ?? OUTCOMES[law.kind](law);

/** Mean, variance and third central moment of a gate, by its function and the laws of its variables alone. */
function momentsOf(noise: Noise): readonly number[] {
  // Not at the beginning of the array: what is before and behind is not the gate's.
  let gates: (readonly [number[], number])[] = [[[99, 98], 1]];
  for (const law of noise.laws)
    gates = gates.flatMap(([values, weight]) =>
      outcomesOf(law).map(([value, probability]) => [[...values, value], weight * probability] as const),
    );
  const pairs = gates.map(([values, weight]) => [noise.gate([...values, 97], 2), weight] as const);
  const mean = pairs.reduce((sum, [gate, weight]) => sum + weight * gate, 0);
  return [mean, ...[2, 3].map((k) => pairs.reduce((sum, [gate, weight]) => sum + weight * (gate - mean) ** k, 0))];
}

const TABLE: readonly (readonly [Noise, object, readonly number[]])[] = [
  [
    stochasticDepth({ survival: 0.8 }),
    {
      kind: 'stochastic-depth',
      name: 'stochastic depth (survival 0.8)',
      citation: 'huang2016',
      rescaled: false,
      placement: 'branch',
      parameters: { survival: 0.8, rescaled: false },
    },
    [0.8, 0.16, -0.096],
  ],
  [
    stochasticDepth({ survival: 0.8, rescaled: true }),
    {
      name: 'stochastic depth (survival 0.8, rescaled)',
      rescaled: true,
      placement: 'branch',
      parameters: { survival: 0.8, rescaled: true },
    },
    [1, 0.25, -0.1875],
  ],
  [
    outputDropout({ keep: 0.8 }),
    {
      kind: 'output-dropout',
      name: 'output dropout (keep 0.8)',
      citation: 'srivastava2014',
      rescaled: true,
      placement: 'coordinate',
      parameters: { keep: 0.8 },
    },
    [1, 0.25, -0.1875],
  ],
  [
    branchDropout({ keep: 0.8 }),
    {
      kind: 'branch-dropout',
      name: 'branch dropout (keep 0.8)',
      citation: 'srivastava2014',
      rescaled: true,
      placement: 'hidden',
      parameters: { keep: 0.8 },
    },
    [1, 0.25, -0.1875],
  ],
  [
    shakeShake(),
    {
      kind: 'shake-shake',
      name: 'shake-shake',
      citation: 'gastaldi2017',
      rescaled: false,
      placement: 'twin',
      parameters: {},
    },
    [1 / 2, 1 / 12, 0],
  ],
  [
    shakeDrop({ survival: 0.7 }),
    {
      kind: 'shake-drop',
      name: 'shake-drop (survival 0.7)',
      citation: 'yamada2019',
      rescaled: false,
      placement: 'branch',
      parameters: { survival: 0.7 },
    },
    [0.7, 0.31, -0.294],
  ],
  [
    gaussianInjection({ scale: 0.3 }),
    {
      kind: 'gaussian-injection',
      name: 'Gaussian injection (scale 0.3)',
      citation: 'sun2018',
      rescaled: false,
      placement: 'state',
      parameters: { scale: 0.3 },
    },
    [0, 0.09, 0],
  ],
  [
    gaussianMultiplicative({ scale: 0.3 }),
    {
      kind: 'gaussian-multiplicative',
      name: 'Gaussian multiplicative (scale 0.3)',
      citation: 'srivastava2014',
      rescaled: true,
      placement: 'branch',
      parameters: { scale: 0.3, elementwise: false },
    },
    [1, 0.09, 0],
  ],
  [
    gaussianMultiplicative({ scale: 0.3, elementwise: true }),
    {
      name: 'Gaussian multiplicative (scale 0.3, elementwise)',
      placement: 'coordinate',
      parameters: { scale: 0.3, elementwise: true },
    },
    [1, 0.09, 0],
  ],
];

describe('a noise is data', () => {
  test.each(TABLE.map((row) => [row[0].name, ...row] as const))('%s', (_, noise, fields, moments) => {
    expect(noise).toMatchObject({ coin: 'sample', ...fields });
    const declared = [noise.mean, noise.variance, noise.thirdCumulant];
    const enumerated = momentsOf(noise);
    moments.forEach((moment, i) => {
      expect(declared[i]).toBeCloseTo(moment, 14);
      expect(enumerated[i]).toBeCloseTo(moment, 14);
    });
  });

  test('its menu holds each once', () => {
    expect(NOISES.map(({ name }) => name)).toEqual(TABLE.map(([{ name }]) => name));
  });

  test('a gate of shake-drop is exactly 1 where the branch survives, and α where not', () => {
    const { gate } = shakeDrop({ survival: 0.7 });
    expect([gate([1, 0.1], 0), gate([1, -1], 0), gate([0, 0.1], 0), gate([5, 0, -0.3], 1)]).toEqual([1, 1, 0.1, -0.3]);
  });

  test('amplitude 0 and probability 1 are no noise', () => {
    expect(gaussianInjection({ scale: 0 }).variance).toBe(0);
    expect(gaussianMultiplicative({ scale: 0 }).variance).toBe(0);
    for (const noise of [stochasticDepth({ survival: 1 }), outputDropout({ keep: 1 }), shakeDrop({ survival: 1 })])
      expect(momentsOf(noise)).toEqual([1, 0, 0]);
  });
});

describe('a noise refuses', () => {
  const refused = (act: () => unknown, message: RegExp): void => {
    expect(act).toThrow(SdeError);
    expect(act).toThrow(message);
  };

  test.each([
    ['stochasticDepth', stochasticDepth, { survival: 0.8, keeps: 1 }],
    ['outputDropout', outputDropout, { keep: 0.8, keeps: 1 }],
    ['branchDropout', branchDropout, { keep: 0.8, keeps: 1 }],
    ['shakeDrop', shakeDrop, { survival: 0.8, keeps: 1 }],
    ['gaussianInjection', gaussianInjection, { scale: 0.3, keeps: 1 }],
    ['gaussianMultiplicative', gaussianMultiplicative, { scale: 0.3, keeps: 1 }],
  ] as readonly (readonly [string, (options: never) => Noise, object])[])(
    '%s: an option that it has not',
    (name, make, options) => {
      refused(() => make(options as never), new RegExp(`keeps[\\s\\S]*${name}|${name}[\\s\\S]*keeps`));
      refused(() => make(undefined as never), new RegExp(name));
    },
  );

  test('what is no yes or no, and an amplitude that is a text', () => {
    refused(() => stochasticDepth({ survival: 0.8, rescaled: 'yes' as never }), /stochasticDepth\(\{ rescaled \}\)/);
    refused(
      () => gaussianMultiplicative({ scale: 1, elementwise: 1 as never }),
      /gaussianMultiplicative\(\{ elementwise \}\)/,
    );
    refused(() => gaussianInjection({ scale: '1' as never }), /amplitude/);
    refused(() => gaussianMultiplicative({ scale: Number.POSITIVE_INFINITY }), /amplitude/);
  });

  test('to be taken for one without each of its parts', () => {
    const whole = stochasticDepth({ survival: 0.8 });
    const accepts = (noise: unknown): void => requireNoise(noise, 'here');
    expect(() => accepts(whole)).not.toThrow();
    for (const [part, wrong] of [
      ['placement', 'nowhere'],
      ['placement', 3],
      ['placement', 'toString'],
      ['placement', ['branch']],
      ['laws', 'none'],
      ['gate', 1],
      ['mean', Number.NaN],
      ['mean', '1'],
      ['variance', Number.POSITIVE_INFINITY],
    ] as const)
      refused(() => accepts({ ...whole, [part]: wrong }), /not a noise[\s\S]*here/);
    for (const wrong of [null, undefined, 3, []]) refused(() => accepts(wrong), /not a noise/);
    refused(() => accepts(stochasticDepth), /a noise that was not called/);
  });
});

describe('noises', () => {
  test('grow as h falls under one placement alone', () => {
    expect(Object.entries(PLACEMENTS).map(([name, { scaling }]) => `${name} ${scaling}`)).toEqual([
      'branch small-noise',
      'coordinate small-noise',
      'hidden small-noise',
      'twin small-noise',
      'state diffusive',
    ]);
  });
});
