import type { DeviceOffer, TensorFlow } from './device.js';
import { activate, computeOn, loadTensorFlow, messageOf } from './tensorflow.js';

const GPU_MODULE = '@tensorflow/tfjs-node-gpu';
const CPU_MODULE = '@tensorflow/tfjs-node';
const REMEDY =
  "add and build @tensorflow/tfjs-node-gpu, which nobody gets unasked: 'npm run gpu' in the repository, 'npm install @tensorflow/tfjs-node-gpu@4.22.0' beside resnet-bridge elsewhere; see docs/devices.md";

/** TensorFlow's own library on a CUDA device. It falls back to the CPU in silence, so it is believed only where it says GPU. */
export async function offerCuda(): Promise<DeviceOffer> {
  const tf = await loadTensorFlow();
  const failure = await start(tf, [GPU_MODULE]);
  if (failure !== undefined) return { kind: 'refused', reason: failure, remedy: REMEDY };
  if (!usesGpu(tf)) {
    return {
      kind: 'refused',
      reason: `${GPU_MODULE} loaded, but TensorFlow found no CUDA device and would run on the CPU`,
      remedy: "install CUDA and cuDNN of the versions that the library was built for, or use 'native'",
    };
  }
  return offered(tf, 'cuda');
}

/** TensorFlow's own library on the CPU. */
export async function offerNative(): Promise<DeviceOffer> {
  const tf = await loadTensorFlow();
  const failure = await start(tf, [CPU_MODULE, GPU_MODULE]);
  if (failure !== undefined) return { kind: 'refused', reason: failure, remedy: REMEDY };
  return offered(tf, 'native');
}

function offered(tf: TensorFlow, name: 'cuda' | 'native'): DeviceOffer {
  return {
    kind: 'offered',
    device: {
      name,
      description: `TensorFlow.js ${tf.version_core}, TensorFlow's library on ${usesGpu(tf) ? 'CUDA' : 'the CPU'}`,
      isGpu: usesGpu(tf),
      isSoftware: false,
      largestTensor: 2 ** 31,
      compute: computeOn(tf, 'tensorflow', name),
    },
  };
}

/** Why none of the modules gives the backend `tensorflow`; undefined where one does. */
async function start(tf: TensorFlow, modules: readonly string[]): Promise<string | undefined> {
  restoreRemovedPredicates();
  const failures: string[] = [];
  for (const name of modules) {
    try {
      await import(name);
      if (await activate(tf, 'tensorflow')) return undefined;
      failures.push(`${name}: the backend did not start`);
    } catch (thrown) {
      failures.push(`${name}: ${reason(thrown)}`);
    }
  }
  return failures.join('; ');
}

function reason(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'not installed';
  if (code === 'ERR_DLOPEN_FAILED') return `its library cannot be loaded: ${messageOf(thrown)}`;
  if (messageOf(thrown).includes('tfjs_binding.node')) return 'installed, but its native binding is not built';
  return messageOf(thrown);
}

function usesGpu(tf: TensorFlow): boolean {
  return (
    'isUsingGpuDevice' in tf.backend() && (tf.backend() as { isUsingGpuDevice?: unknown }).isUsingGpuDevice === true
  );
}

/** tfjs-node calls three functions that Node 23 removed from `node:util`. */
function restoreRemovedPredicates(): void {
  const util = process.getBuiltinModule('node:util') as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
  util.isUndefined ??= (value: unknown): boolean => value === undefined;
  util.isNull ??= (value: unknown): boolean => value === null;
}
