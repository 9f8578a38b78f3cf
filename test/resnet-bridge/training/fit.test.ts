import {
  accuracy,
  type Dataset,
  digits,
  fit,
  type History,
  NOISES,
  type Noise,
  principalComponents,
  type ResidualNetwork,
  residualNetwork,
  selectClasses,
  stochasticDepth,
} from 'resnet-bridge';
import { key, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

const all = selectClasses(digits(), [0, 1, 7]);
const data: Dataset = { ...all, train: all.train.slice(0, 160), test: all.test.slice(0, 60) };
const network: ResidualNetwork = residualNetwork({
  dimension: 5,
  width: 7,
  depth: 3,
  twin: true,
  readIn: principalComponents(data, 5),
  key: key('fit test'),
});
const noise: Noise = stochasticDepth({ survival: 0.8 });
const options = { noise, epochs: 4, batch: 16, learningRate: 0.01, key: key(1), device: 'wasm' } as const;

const weights = (of: ResidualNetwork): number[] =>
  of.layers
    .flatMap((l) => [...l.U, ...l.c, ...l.V, ...l.d])
    .concat(of.readOut ? [...of.readOut.weight, ...of.readOut.bias] : []);

describe('fit', () => {
  it('trains: the loss falls and the digits are told apart', async () => {
    const seen: number[] = [];
    const onProgress = ({ epoch }: { epoch: number }): void => void seen.push(epoch);
    const history: History = await fit(network, data, { ...options, epochs: 8, onProgress });
    expect(history.kind).toBe('trained');
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual(seen);
    const [first, last] = [history.epochs[0], history.epochs[7]];
    expect(last.loss).toBeLessThan(first.loss / 2);
    expect(last.testAccuracy).toBeGreaterThan(0.9);
    // The accuracy measured on the device in f32 is that in f64, but for a row on the border.
    const inF64 = accuracy(history.network, data, { noise });
    expect(Math.abs(inF64 - last.testAccuracy) * data.test.length).toBeLessThan(1.5);
    expect(accuracy(history.network, data, { noise, draws: 4 })).toBeGreaterThan(0.9);
    expect(history.provenance).toMatchObject({ key: 'key(1)', epochs: 8, batch: 16, device: { name: 'wasm' } });
  });

  it('gives the same bits for the same key and others for another, and leaves the given network alone', async () => {
    const before = weights(network);
    const once = await fit(network, data, options);
    const again = await fit(network, data, options);
    const other = await fit(network, data, { ...options, key: key(2) });
    expect(again).toEqual(once);
    expect(weights(other.network)).not.toEqual(weights(once.network));
    expect(weights(network)).toEqual(before);
    expect(Object.isFrozen(once.network)).toBe(true);
    expect(once.network.readIn).toBe(network.readIn);
  });

  it('agrees between devices to what rounding grows to in an epoch', async () => {
    const small = { ...options, epochs: 1 };
    const [wasm, cpu] = [await fit(network, data, small), await fit(network, data, { ...small, device: 'cpu' })];
    const theirs = weights(cpu.network);
    // Adam divides by the gradient's size, so where a gradient is all rounding an entry moves by a share of the rate, 0.01.
    weights(wasm.network).forEach((value, i) => {
      expect(Math.abs(value - theirs[i])).toBeLessThan(0.01);
    });
    expect(Math.abs(wasm.epochs[0].loss - cpu.epochs[0].loss)).toBeLessThan(1e-5); // some f32 roundings of order 1
  });

  it.each(NOISES.map((each) => [each.name, each] as const))('trains under %s', async (_, each) => {
    const history = await fit(network, data, { ...options, noise: each, epochs: 3 });
    expect(history.kind).toBe('trained');
    expect(history.epochs[2].loss).toBeLessThan(history.epochs[0].loss);
  });

  it('says that it diverged, and keeps the last finite network', async () => {
    const history = await fit(network, data, { ...options, learningRate: 1e38 });
    expect(history.kind).toBe('diverged');
    expect(weights(history.network).every(Number.isFinite)).toBe(true);
  });

  it('stops when the signal aborts', async () => {
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const error = await fit(network, data, { ...options, onProgress, signal: controller.signal }).catch((e) => e);
    expect(error).toBeInstanceOf(SdeError);
    expect(error.code).toBe('cancelled');
    expect(error.details.got).toContain('after 1');
  });

  it('refuses what does not fit together', async () => {
    const trained = (await fit(network, data, { ...options, epochs: 1 })).network;
    await expect(fit(trained, digits(), options)).rejects.toMatchObject({ code: 'shape' });
    const bare = residualNetwork({ dimension: 5, width: 3, depth: 2, key: key(0) });
    await expect(fit(bare, data, options)).rejects.toMatchObject({ code: 'shape' });
    await expect(fit(network, data, { ...options, epochs: 0 })).rejects.toMatchObject({ code: 'value' });
    await expect(fit(network, data, { ...options, batch: 1.5 })).rejects.toMatchObject({ code: 'value' });
    await expect(fit(network, data, { ...options, learningRate: 0 })).rejects.toMatchObject({ code: 'value' });
    expect(() => accuracy(network, data, { noise })).toThrow(/read-out/);
    expect(() => accuracy(trained, data, { noise, draws: -1 })).toThrow(/whole number/);
  });
});
