import {
  type DepthStudy,
  depthStudy,
  depthTable,
  gaussianInjection,
  type JudgedStates,
  residualNetwork,
  shakeShake,
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
  draws: { network: 1500, leading: 400, modified: 800 },
  key: key('study'),
  device: 'wasm',
} as const;

describe('depthStudy', () => {
  it('finds the orders 1, 1 and 2 and the predicted constant', async () => {
    const fractions: number[] = [];
    const study: DepthStudy = await depthStudy(network, noise, {
      ...options,
      onProgress: ({ fraction }) => fractions.push(fraction),
    });
    expect(study.levels.map(({ h }) => h)).toEqual([1 / 2, 1 / 4, 1 / 8]);
    for (const name of ['flow', 'leading', 'modified'] as const) expect(study.orders[name].verdict).toBe('confirmed');
    expect(study.remainder.verdict).toBe('confirmed');
    expect(study.orders.flow.expected + study.orders.leading.expected + study.orders.modified.expected).toBe(4);
    const { total, euler, curvature } = study.predicted;
    expect(total).toBe(euler + curvature);
    study.levels.forEach(({ h, errors }, i) => {
      expect(study.remainders[i].error).toBeCloseTo(errors.flow.error - h * total, 14);
      // The modified SDE is nearer than the leading one; the flow may be near by cancellation.
      expect(Math.abs(errors.modified.error)).toBeLessThan(Math.abs(errors.leading.error));
    });
    const { interval, verdict } = study.constant;
    expect(verdict === 'confirmed').toBe(verdict !== 'inconclusive' && interval.low <= total && total <= interval.high);
    // The interval is that of the sampling; what a two-term fit leaves out of steps as coarse as ½ is a percent.
    expect(Math.abs(study.constant.value / total - 1)).toBeLessThan(0.01);
    expect(study.rounding.difference).toBeLessThan(128 * 2 ** -24); // some hundred f32 roundings of numbers of order 1
    const printed = depthTable(study);
    expect(printed.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(2 + 3 + 2 + 4);
    const { low, high } = study.orders.modified.interval;
    expect(printed).toContain(`${low.toFixed(2)}, ${high.toFixed(2)}`);
    expect(fractions.every((fraction, i) => i === 0 || fraction >= fractions[i - 1])).toBe(true);
    expect(fractions[fractions.length - 1]).toBeLessThanOrEqual(1);
  });

  it('gives identical results for one key, and others for another', async () => {
    const small = { ...options, draws: { network: 32, leading: 16, modified: 16 } };
    const once = JSON.stringify(await depthStudy(network, noise, small));
    expect(JSON.stringify(await depthStudy(network, noise, small))).toBe(once);
    expect(JSON.stringify(await depthStudy(network, noise, { ...small, key: key('other') }))).not.toBe(once);
  });

  it('stops when the signal aborts', async () => {
    const controller = new AbortController();
    const onProgress = ({ fraction }: { fraction: number }): void => {
      if (fraction > 0.3) controller.abort();
    };
    const error = await depthStudy(network, noise, { ...options, onProgress, signal: controller.signal }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(SdeError);
    expect(error.code).toBe('cancelled');
  });

  it('refuses what it cannot study', async () => {
    await expect(depthStudy(network, gaussianInjection({ scale: 0.1 }), options)).rejects.toMatchObject({
      code: 'unsupported',
    });
    const bare = residualNetwork({ dimension: 2, width: 3, depth: 2, key: key(1) });
    await expect(depthStudy(bare, shakeShake(), options)).rejects.toMatchObject({ code: 'unsupported' });
    for (const refinements of [[1], [2, 1], [1, 1.5], [0, 1]]) {
      await expect(depthStudy(network, noise, { ...options, refinements })).rejects.toMatchObject({ code: 'value' });
    }
    const draws = { network: 0, leading: 1, modified: 1 };
    await expect(depthStudy(network, noise, { ...options, draws })).rejects.toMatchObject({ code: 'value' });
    await expect(depthStudy(network, noise, { ...options, substeps: 0 })).rejects.toMatchObject({ code: 'value' });
  });
});
