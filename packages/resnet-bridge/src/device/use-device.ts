import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import { offerCpu } from './cpu-device.js';
import type { Device, DeviceName, DeviceOffer } from './device.js';
import { offerCuda, offerNative } from './native-device.js';
import { offerWasm } from './wasm-device.js';
import { offerWebGpu } from './webgpu-device.js';

interface Candidate {
  readonly name: DeviceName;
  offer(explicit: boolean): Promise<DeviceOffer>;
}

/** In the order in which `'auto'` tries them. A software GPU is slower than wasm and is taken only by name. */
const CANDIDATES: readonly Candidate[] = [
  { name: 'cuda', offer: offerCuda },
  { name: 'webgpu', offer: (explicit) => offerWebGpu({ acceptSoftware: explicit }) },
  { name: 'native', offer: offerNative },
  { name: 'wasm', offer: offerWasm },
  { name: 'cpu', offer: offerCpu },
];

/**
 * The device on which tensors are computed: the one asked for, or with `'auto'` the first of cuda, webgpu, native, wasm and cpu
 * that is really there.
 *
 * It never falls back in silence: a device that was asked for by name and is not to be had is an error, and `reasons` of an
 * automatic choice says why each earlier one was not taken. Loads the tensor library: 0.2 to 1 s.
 *
 * @throws SdeError `value` for a name that is none of these; `device` with the reason and the remedy if the device is not to be had.
 */
export async function useDevice(name: 'auto' | DeviceName): Promise<Device> {
  if (name !== 'auto') return useNamed(name);
  const reasons: string[] = [];
  for (const candidate of CANDIDATES) {
    const offer = await candidate.offer(false);
    if (offer.kind === 'offered')
      return taken(offer.device, [...reasons, `${candidate.name}: taken, ${offer.device.description}`]);
    reasons.push(`${candidate.name}: not taken, ${offer.reason}`);
  }
  throw new SdeError('device', {
    what: 'no device can be used',
    where: "useDevice('auto')",
    expected: `one of ${CANDIDATES.map((c) => c.name).join(', ')}`,
    got: reasons.join('; '),
    remedy: 'install resnet-bridge again',
  });
}

/** Refuses what is neither a device nor the name of one. */
export function requireDevice(device: unknown, where: string): asserts device is Device | 'auto' | DeviceName {
  if (device === 'auto' || CANDIDATES.some(({ name }) => name === device)) return;
  if (
    typeof device === 'object' &&
    device !== null &&
    'compute' in device &&
    typeof device.compute === 'function' &&
    'name' in device &&
    typeof device.name === 'string'
  )
    return;
  throw new SdeError('value', {
    what: 'no such device',
    where,
    expected: `'auto', one of ${CANDIDATES.map(({ name }) => `'${name}'`).join(', ')}, or what useDevice gives, awaited`,
    got: describe(device),
    remedy: "use 'auto' to take the first that is there",
  });
}

async function useNamed(name: DeviceName): Promise<Device> {
  const candidate = CANDIDATES.find((c) => c.name === name);
  if (candidate === undefined) {
    throw new SdeError('value', {
      what: 'no such device',
      where: 'useDevice(name)',
      expected: `'auto' or one of ${CANDIDATES.map((c) => `'${c.name}'`).join(', ')}`,
      got: describe(name),
      remedy: "use 'auto' to take the first that is there",
    });
  }
  const offer = await candidate.offer(true);
  if (offer.kind === 'refused') {
    throw new SdeError('device', {
      what: `the device '${name}' cannot be used`,
      where: `useDevice('${name}')`,
      expected: `a working '${name}' device`,
      got: offer.reason,
      remedy: offer.remedy,
    });
  }
  return taken(offer.device, [`${name}: asked for, ${offer.device.description}`]);
}

function taken(device: Omit<Device, 'kind' | 'reasons'>, reasons: readonly string[]): Device {
  return Object.freeze({ kind: 'device' as const, ...device, reasons: Object.freeze([...reasons]) });
}
