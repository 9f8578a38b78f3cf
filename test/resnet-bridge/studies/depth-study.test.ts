import {
  depthStudy,
  depthTable,
  gaussianInjection,
  type JudgedStates,
  residualNetwork,
  shakeShake,
  squaredLoss,
  stochasticDepth,
} from 'resnet-bridge';
import { fold, key, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { chainEnsemble } from '#resnet-bridge/studies/chain-ensemble';
import { type DrawCounts, type LevelMeans, measureLevel } from '#resnet-bridge/studies/depth-level';
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
    const study = await depthStudy(network, noise, {
      ...options,
      onProgress: ({ done, of }) => fractions.push(done / of),
    });
    if (study.scaling !== 'small-noise') throw new Error(study.scaling);
    expect(study.levels.map(({ h }) => h)).toEqual([1 / 2, 1 / 4, 1 / 8]);
    for (const name of ['flow', 'leading', 'modified'] as const) expect(study.orders[name].verdict).toBe('confirmed');
    expect(study.remainder.verdict).toBe('confirmed');
    expect(study.orders.flow.expected + study.orders.leading.expected + study.orders.modified.expected).toBe(4);
    const { total, euler, curvature } = study.predicted;
    expect(total).toBe(euler + curvature);
    study.levels.forEach(({ h, errors, network: ours, limits }, i) => {
      // The network and each limit are sampled independently: both errors count.
      for (const name of ['leading', 'modified'] as const) {
        expect(errors[name].error).toBe(ours.mean - limits[name].mean);
        expect(errors[name].standardError).toBe(Math.hypot(ours.standardError, limits[name].standardError));
        expect(limits[name].standardError).toBeGreaterThan(0);
      }
      expect(errors.flow.standardError).toBe(ours.standardError);
      expect(study.remainders[i].error).toBeCloseTo(errors.flow.error - h * total, 14);
      // The modified SDE is nearer than the leading one; the flow may be near by cancellation.
      expect(Math.abs(errors.modified.error)).toBeLessThan(Math.abs(errors.leading.error));
    });
    const { interval: held, verdict } = study.constant;
    expect(verdict).not.toBe('differs');
    if (verdict === 'agrees') expect(held.low <= total && total <= held.high).toBe(true);
    expect(study.warnings).toEqual([]);
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

  it('learns from a pilot where draws are needed, and measures with others: each has a key of its own', async () => {
    const draws = { network: 64, leading: 32, modified: 32 };
    // States of many scales, so that the pilot's deviations decide.
    const many: JudgedStates = {
      states: [0.1, 0.3, 0.5, 0.8, 1.2, 2, 3].map((scale) => exampleState(2).map((x) => scale * x)),
      loss: () => loss,
    };
    const of = { ...options, functional: many, refinements: [1, 2], draws, precision: 'f64' } as const;
    const study = await depthStudy(network, noise, of);
    const measured = (name: string, before: LevelMeans | undefined, counts: DrawCounts): Promise<LevelMeans> =>
      measureLevel(network, noise, many, chainEnsemble(network, noise), {
        refinement: 1,
        draws: counts,
        substeps: 1,
        key: fold(options.key, name),
        before,
        step: async () => {},
      });
    const pilot = await measured('pilot', undefined, { network: 32, leading: 32, modified: 32 });
    const { network: ours, ...limits } = await measured('measure', pilot, draws);
    expect(study.levels[0].network).toEqual(ours);
    expect(study.levels[0].limits).toEqual(limits);
  });

  it('stops when the signal aborts', async () => {
    const controller = new AbortController();
    const onProgress = ({ done, of }: { done: number; of: number }): void => {
      if (done / of > 0.3) controller.abort();
    };
    const error = await depthStudy(network, noise, { ...options, onProgress, signal: controller.signal }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(SdeError);
    expect(error.code).toBe('cancelled');
  });

  it('refuses what it cannot study', async () => {
    const onDevice = { ...options, precision: 'f32' as const };
    await expect(depthStudy(network, gaussianInjection({ scale: 0.1 }), onDevice)).rejects.toMatchObject({
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

  it.each([0.999, 0.99])(
    'trusts no standard error of outcomes that were hardly drawn: survival %d',
    async (survival) => {
      const study = await depthStudy(network, stochasticDepth({ survival, rescaled: true }), {
        ...options,
        draws: { network: 16, leading: 16, modified: 16 },
        precision: 'f64',
      });
      expect(study.warnings.map(({ kind }) => kind)).toContain('unseen-outcomes');
      expect(study.warnings).toEqual(JSON.parse(JSON.stringify(study.warnings)));
      for (const { verdict } of Object.values(study.orders)) expect(verdict).toBe('inconclusive');
      expect(study.constant.verdict).toBe('inconclusive');
    },
  );

  it('measures the constant of a ReLU network with its jump, and promises no orders', async () => {
    const relu = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [1] }], activation: 'relu' });
    const study = await depthStudy(relu, stochasticDepth({ survival: 0.8, rescaled: true }), {
      ...options,
      functional: { states: [[-0.5]], loss: () => squaredLoss([0]) },
      refinements: [16, 32, 64],
      draws: { network: 400, leading: 16, modified: 16 },
      precision: 'f64',
    });
    if (study.scaling !== 'small-noise') throw new Error(study.scaling);
    expect(study.predicted.total).toBeCloseTo(0.13924, 5);
    const { error, standardError, h } = study.levels[2].errors.flow;
    // Exact networks: 0.1329 at h = 1/64.
    expect(Math.abs(error / h - 0.132884)).toBeLessThan((4 * standardError) / h);
    expect(study.warnings.map(({ kind }) => kind)).toContain('kinks');
    expect(Object.values(study.orders).map(({ verdict }) => verdict)).not.toContain('refuted');
  });
});
