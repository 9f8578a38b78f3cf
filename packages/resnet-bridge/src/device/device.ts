import type * as tensorflow from '@tensorflow/tfjs-core';

/** The tensor library that every device speaks. */
export type TensorFlow = typeof tensorflow;

/** The devices by name, in the order in which `'auto'` tries them. */
export type DeviceName = 'cuda' | 'webgpu' | 'native' | 'wasm' | 'cpu';

/** Where tensors are computed, in f32. */
export interface Device {
  readonly kind: 'device';
  readonly name: DeviceName;
  /** The library and what it found: version, adapter, instruction set. */
  readonly description: string;
  readonly isGpu: boolean;
  /** A GPU interface that a CPU driver serves. */
  readonly isSoftware: boolean;
  /** Why this device was taken, and why none of those before it was. */
  readonly reasons: readonly string[];
  /** Bytes that one tensor may hold. */
  readonly largestTensor: number;
  /**
   * Runs `work` with this device as the library's backend. `work` is synchronous and returns tensors; read them with `.data()`
   * and dispose of them.
   *
   * @throws SdeError `device` if the library will not switch to the device, or the device has reported an error.
   */
  compute<T>(work: (tf: TensorFlow) => T): Promise<T>;
}

/** What a device's module says when asked for it: the device, or why it is not to be had. */
export type DeviceOffer =
  | { readonly kind: 'offered'; readonly device: Omit<Device, 'kind' | 'reasons'> }
  | { readonly kind: 'refused'; readonly reason: string; readonly remedy: string };
