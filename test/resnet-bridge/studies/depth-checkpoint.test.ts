import {
  type DepthCheckpoint,
  depthStudy,
  gaussianInjection,
  type JudgedStates,
  squaredLoss,
  stochasticDepth,
} from 'resnet-bridge';
import { key, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { exampleNetwork, exampleState } from '../example-networks.js';

const network = exampleNetwork({ dimension: 2, width: 3, depth: 2, seed: 3 });
const noise = stochasticDepth({ survival: 0.7 });
const loss = squaredLoss([0.9, -0.4]);
const functional: JudgedStates = { states: [exampleState(2), exampleState(2).map((x) => -x)], loss: () => loss };
const options = {
  functional,
  refinements: [1, 2, 4],
  draws: { network: 32, leading: 16, modified: 16 },
  key: key('study'),
  device: 'wasm',
} as const;

describe('a depth study that is gone on with', () => {
  it.each([noise, gaussianInjection({ scale: 0.3 })].map((each) => [each.name, each] as const))(
    'from any level, through JSON, gives the same bits: %s',
    async (_, each) => {
      const kept: string[] = [];
      const onCheckpoint = (checkpoint: DepthCheckpoint): void => void kept.push(JSON.stringify(checkpoint));
      const whole = await depthStudy(network, each, { ...options, onCheckpoint });
      // The pilot, and each level.
      expect(kept).toHaveLength(1 + 3);
      for (const [i, text] of kept.entries()) {
        let more = 0;
        const again = await depthStudy(network, each, {
          ...options,
          resume: JSON.parse(text),
          onCheckpoint: () => more++,
        });
        expect(again).toEqual(whole);
        expect(more).toBe(3 - i);
      }
      // What intervals are to hold decides nothing that was measured.
      const other = await depthStudy(network, each, { ...options, confidence: 0.8, resume: JSON.parse(kept[3]) });
      expect(other).toEqual(await depthStudy(network, each, { ...options, confidence: 0.8 }));
    },
  );

  it('refuses checkpoints of other studies, and damaged ones', async () => {
    let last: DepthCheckpoint | undefined;
    await depthStudy(network, noise, { ...options, onCheckpoint: (one) => (last = one) });
    if (!last) throw new Error('a study keeps checkpoints');
    const good = last;
    const { network: mean } = good.pilot;
    const pilot = (changed: object): object => ({
      ...good,
      pilot: { ...good.pilot, network: { ...mean, ...changed } },
    });
    const bad: readonly (readonly [string, unknown])[] = [
      ['null', null],
      ['a word', 'depth-checkpoint'],
      ['another kind', { ...good, kind: 'fit-checkpoint' }],
      ['of something else', { ...good, of: '{}' }],
      ['no levels', { ...good, levels: undefined }],
      ['more levels than there are', { ...good, levels: [...good.levels, good.levels[0]] }],
      ['a level that is none', { ...good, levels: [null] }],
      ['a level without a process', { ...good, levels: [{ network: mean, leading: mean }] }],
      ['no pilot', { ...good, pilot: undefined }],
      ['a word for a mean', pilot({ mean: '1' })],
      ['another number of images', pilot({ deviations: [1] })],
      ['a deviation that is none', pilot({ deviations: [1, null] })],
      ['more than belongs there', pilot({ more: 1 })],
    ];
    for (const [what, resume] of bad) {
      const going = depthStudy(network, noise, { ...options, resume: resume as DepthCheckpoint });
      await expect(going, what).rejects.toThrow(SdeError);
      await expect(going, what).rejects.toMatchObject({
        code: 'value',
        details: { where: expect.stringMatching(/resume$/) },
      });
    }
    const moved = exampleNetwork({ dimension: 2, width: 3, depth: 2, seed: 4 });
    await expect(depthStudy(moved, noise, { ...options, resume: good })).rejects.toThrow(/another study/);
    await expect(depthStudy(network, noise, { ...options, key: key(2), resume: good })).rejects.toThrow(
      /another study/,
    );
    const word = 'keep' as unknown as () => void;
    await expect(depthStudy(network, noise, { ...options, onCheckpoint: word })).rejects.toThrow(/onCheckpoint/);
  });
});
