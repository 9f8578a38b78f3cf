import type { DeviceOffer } from './device.js';
import { activate, computeOn, loadTensorFlow } from './tensorflow.js';

/** Plain JavaScript: always there, and the slowest. */
export async function offerCpu(): Promise<DeviceOffer> {
  const tf = await loadTensorFlow();
  await import('@tensorflow/tfjs-backend-cpu');
  if (!(await activate(tf, 'cpu'))) {
    return { kind: 'refused', reason: 'the cpu backend did not start', remedy: 'install resnet-bridge again' };
  }
  return {
    kind: 'offered',
    device: {
      name: 'cpu',
      description: `TensorFlow.js ${tf.version_core}, JavaScript${'WebAssembly' in globalThis ? '' : ' (this process has no WebAssembly)'}`,
      isGpu: false,
      isSoftware: false,
      largestTensor: 2 ** 31,
      compute: computeOn(tf, 'cpu', 'cpu'),
    },
  };
}
