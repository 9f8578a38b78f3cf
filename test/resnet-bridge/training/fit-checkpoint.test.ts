import {
  type Dataset,
  digits,
  type FitCheckpoint,
  fit,
  principalComponents,
  residualNetwork,
  selectClasses,
  shakeShake,
  stochasticDepth,
} from 'resnet-bridge';
import { key, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

const all = selectClasses(digits(), [0, 1]);
const data: Dataset = { ...all, train: all.train.slice(0, 50), test: all.test.slice(0, 30) };
const network = residualNetwork({
  dimension: 3,
  width: 4,
  depth: 2,
  twin: true,
  readIn: principalComponents(data, 3),
  key: key('checkpoint'),
});
const noise = stochasticDepth({ survival: 0.8 });
const options = { noise, epochs: 4, batch: 16, learningRate: 0.01, key: key(1), device: 'cpu' } as const;

describe('a training that is gone on with', () => {
  it.each([noise, shakeShake()].map((each) => [each.name, each] as const))(
    'from any epoch, through JSON, gives the same bits: %s',
    async (_, each) => {
      const kept: string[] = [];
      const onCheckpoint = (checkpoint: FitCheckpoint): void => void kept.push(JSON.stringify(checkpoint));
      const whole = await fit(network, data, { ...options, noise: each, onCheckpoint });
      expect(kept).toHaveLength(4);
      for (const [i, text] of kept.entries()) {
        const seen: number[] = [];
        const onProgress = ({ epoch }: { epoch: number }): void => void seen.push(epoch);
        const resume = JSON.parse(text) as FitCheckpoint;
        const again = await fit(network, data, { ...options, noise: each, resume, onProgress });
        expect(again).toEqual(whole);
        expect(seen).toEqual([1, 2, 3, 4].slice(i + 1));
      }
      // A training of fewer epochs is the beginning of a longer one.
      let short: FitCheckpoint | undefined;
      await fit(network, data, { ...options, noise: each, epochs: 2, onCheckpoint: (one) => (short = one) });
      expect(await fit(network, data, { ...options, noise: each, resume: short })).toEqual(whole);
    },
  );

  it('refuses checkpoints of other trainings, and damaged ones', async () => {
    let last: FitCheckpoint | undefined;
    await fit(network, data, { ...options, epochs: 2, onCheckpoint: (one) => (last = one) });
    if (!last) throw new Error('a training of two epochs keeps two checkpoints');
    const good = last;
    const edited = (values: readonly number[], at: number, value: unknown): readonly unknown[] =>
      values.map((old, i) => (i === at ? value : old));
    const bad: readonly (readonly [string, unknown])[] = [
      ['null', null],
      ['a word', 'fit-checkpoint'],
      ['nothing in it', {}],
      ['another kind', { ...good, kind: 'control-checkpoint' }],
      ['no epochs', { ...good, epochs: [] }],
      ['epochs that are none', { ...good, epochs: 2 }],
      ['an epoch twice', { ...good, epochs: [good.epochs[0], good.epochs[0]] }],
      ['an epoch that is none', { ...good, epochs: [good.epochs[0], null] }],
      ['an epoch without numbers', { ...good, epochs: [good.epochs[0], { epoch: 2 }] }],
      ['other updates', { ...good, updates: good.updates + 1 }],
      ['fewer values', { ...good, values: good.values.slice(1) }],
      ['more of a moment', { ...good, first: [...good.first, 0] }],
      ['text for a value', { ...good, values: edited(good.values, 0, '0') }],
      ['NaN for a value', { ...good, second: edited(good.second, 0, Number.NaN) }],
      ['what f32 cannot hold', { ...good, values: edited(good.values, 0, 0.1) }],
      ['other weights', { ...good, values: good.values.map((value) => Math.fround(value + 0.5)) }],
    ];
    for (const [what, resume] of bad) {
      // Whatever comes from a file.
      const going = fit(network, data, { ...options, resume: resume as FitCheckpoint });
      await expect(going, what).rejects.toThrow(SdeError);
      await expect(going, what).rejects.toMatchObject({
        code: 'value',
        details: { where: expect.stringMatching(/resume$/) },
      });
    }
    for (const other of [
      { key: key(2) },
      { batch: 8 },
      { learningRate: 0.02 },
      { noise: stochasticDepth({ survival: 0.7 }) },
    ]) {
      await expect(fit(network, data, { ...options, ...other, resume: good })).rejects.toThrow(/another training/);
    }
    await expect(fit(network, data, { ...options, epochs: 1, resume: good })).rejects.toThrow(SdeError);
    const word = 'keep' as unknown as () => void;
    await expect(fit(network, data, { ...options, onCheckpoint: word })).rejects.toThrow(/onCheckpoint/);
  });
});
