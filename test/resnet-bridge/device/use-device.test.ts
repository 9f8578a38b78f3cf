import { type Device, type DeviceName, useDevice } from 'resnet-bridge';
import { SdeError } from 'sde-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const NAMES: readonly DeviceName[] = ['cuda', 'webgpu', 'native', 'wasm', 'cpu'];

/** A · B for A (5, 7) and B (7, 3) on the device, with the f64 answer. */
async function product(device: Device): Promise<{ measured: Float32Array; exact: number[] }> {
  const A = Array.from({ length: 35 }, (_, i) => Math.sin(i + 1));
  const B = Array.from({ length: 21 }, (_, i) => Math.cos(3 * i));
  const tensor = await device.compute((tf) => tf.tidy(() => tf.matMul(tf.tensor2d(A, [5, 7]), tf.tensor2d(B, [7, 3]))));
  const measured = Float32Array.from(await tensor.data());
  tensor.dispose();
  const exact = Array.from({ length: 15 }, (_, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3];
    return Array.from({ length: 7 }, (_, k) => A[i * 7 + k] * B[k * 3 + j]).reduce((a, b) => a + b);
  });
  return { measured, exact };
}

describe('useDevice', () => {
  const written: string[] = [];
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    vi.spyOn(console, 'log').mockImplementation((...args) => void written.push(args.join(' ')));
  });
  afterEach(() => vi.restoreAllMocks());

  it.each(['wasm', 'cpu'] as const)('gives %s, which computes to f32 rounding', async (name) => {
    const device = await useDevice(name);
    expect([device.kind, device.name, device.isGpu, device.isSoftware]).toEqual(['device', name, false, false]);
    expect(device.reasons).toHaveLength(1);
    const { measured, exact } = await product(device);
    const rounding = 7 * 7 * 2 ** -24; // of 7 products of entries ≤ 1, added up
    exact.forEach((value, i) => {
      expect(Math.abs(measured[i] - value)).toBeLessThan(rounding);
    });
  });

  it('keeps two devices apart when their work interleaves', async () => {
    const devices = await Promise.all([useDevice('wasm'), useDevice('cpu')]);
    const order = [0, 1, 1, 0, 1, 0, 0, 1].map((i) => devices[i]);
    const backends = await Promise.all(order.map((device) => device.compute((tf) => tf.getBackend())));
    expect(backends).toEqual(order.map((device) => device.name));
  });

  it('says for auto why each earlier device was not taken', async () => {
    const device = await useDevice('auto');
    const position = NAMES.indexOf(device.name);
    expect(device.reasons).toHaveLength(position + 1);
    device.reasons.forEach((reason, i) => {
      expect(reason).toMatch(new RegExp(`^${NAMES[i]}: ${i < position ? 'not taken, .{10}' : 'taken, '}`));
    });
  });

  it.each(['cuda', 'webgpu', 'native'] as const)('gives %s itself, or a reason and a remedy', async (name) => {
    const outcome = await useDevice(name).catch((thrown: unknown) => thrown);
    if (outcome instanceof SdeError) {
      expect(outcome.code).toBe('device');
      expect(outcome.details.got.length).toBeGreaterThan(10);
      expect(outcome.details.remedy.length).toBeGreaterThan(10);
      if (name === 'cuda' && outcome.details.got.includes('not installed'))
        expect(outcome.details.remedy).toContain('npm run gpu');
    } else {
      expect((outcome as Device).name).toBe(name);
      expect((outcome as Device).isGpu || (outcome as Device).isSoftware || name === 'native').toBe(true);
    }
  });

  it('refuses a name that is no device', async () => {
    await expect(useDevice('gpu' as DeviceName)).rejects.toMatchObject({ code: 'value' });
  });

  it('writes nothing to stdout', () => {
    expect(written).toEqual([]);
  });
});
