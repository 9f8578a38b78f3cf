import type { DeviceOffer } from './device.js';
import { activate, computeOn, loadTensorFlow, messageOf } from './tensorflow.js';

const REMEDY = "install @tensorflow/tfjs-backend-wasm again, or use 'cpu'";

/** WebAssembly, with SIMD where the engine has it; one thread in Node. */
export async function offerWasm(): Promise<DeviceOffer> {
  if (!('WebAssembly' in globalThis)) {
    const reason = 'this process has no WebAssembly (node --jitless, or an embedder that turned it off)';
    return { kind: 'refused', reason, remedy: "start node without --jitless, or use 'cpu', the slowest" };
  }
  const tf = await loadTensorFlow();
  try {
    const backend = await import('@tensorflow/tfjs-backend-wasm');
    if (tf.getBackend() !== 'wasm') backend.setWasmPaths(folderOfBinaries());
    if (!(await activate(tf, 'wasm')))
      return { kind: 'refused', reason: 'the wasm backend did not start', remedy: REMEDY };
  } catch (thrown) {
    return { kind: 'refused', reason: `the wasm backend failed: ${messageOf(thrown)}`, remedy: REMEDY };
  }
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    kind: 'offered',
    device: {
      name: 'wasm',
      description: `TensorFlow.js ${tf.version_core}, WebAssembly${simd ? ' with SIMD' : ''}`,
      isGpu: false,
      isSoftware: false,
      largestTensor: 2 ** 30, // of a heap of at most 4 GiB
      compute: computeOn(tf, 'wasm', 'wasm'),
    },
  };
}

/** Where npm put the .wasm files, with a slash at the end. */
function folderOfBinaries(): string {
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  return fileURLToPath(new URL('./dist/', import.meta.resolve('@tensorflow/tfjs-backend-wasm/package.json')));
}
