import { SdeError } from 'sde-core';
import type { DeviceName, TensorFlow } from './device.js';

/** The library's core, without its advice to install another backend on stderr. */
export async function loadTensorFlow(): Promise<TensorFlow> {
  const tf = await import('@tensorflow/tfjs-core');
  tf.enableProdMode();
  return tf;
}

/** Makes `backend` the current one; false where the library took another or none. It reports a failure only by falling back. */
export async function activate(tf: TensorFlow, backend: string): Promise<boolean> {
  if (!(await tf.setBackend(backend))) return false;
  // Another device may have been made current meanwhile; this time the switch is done before it returns.
  const switching = tf.setBackend(backend);
  const current = tf.getBackend() === backend;
  return (await switching) && current;
}

/** `Device.compute` for a backend of the library: switches to it, asserts that, and only then runs the work. */
export function computeOn(
  tf: TensorFlow,
  backend: string,
  name: DeviceName,
  failure: () => string | undefined = () => undefined,
): <T>(work: (tf: TensorFlow) => T) => Promise<T> {
  return async (work) => {
    // Once a backend runs, the library switches to it before it returns, so nothing can come between the switch and the work.
    const switching = tf.setBackend(backend);
    const result = tf.getBackend() === backend ? { value: work(tf) } : undefined;
    await switching;
    const failed = failure();
    if (result !== undefined && failed === undefined) return result.value;
    throw new SdeError('device', {
      what: result === undefined ? 'the device is no longer available' : 'the device reported an error',
      where: `the device '${name}'`,
      expected: `the backend '${backend}'`,
      got: failed ?? `the backend '${tf.getBackend()}'`,
      remedy: `ask for it again with useDevice('${name}'), or take 'wasm'`,
    });
  };
}

/** The first line of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).trim().split('\n')[0];
}
