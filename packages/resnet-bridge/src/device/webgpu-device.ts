import type { DeviceOffer } from './device.js';
import { activate, computeOn, loadTensorFlow, messageOf } from './tensorflow.js';

const DRIVER = 'webgpu';
const BACKEND = '@tensorflow/tfjs-backend-webgpu';
const REMEDY = `npm install ${DRIVER} ${BACKEND}, with a Vulkan, Metal or D3D12 driver for the GPU`;

/** The parts of WebGPU used here; Node's types have none of it. */
interface Adapter {
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly isFallbackAdapter?: boolean;
  readonly limits: { readonly maxStorageBufferBindingSize: number };
}
interface Gpu {
  requestAdapter(options?: object): Promise<Adapter | null>;
}
interface GpuModule {
  create(options: string[]): Gpu;
  readonly globals: object;
}
interface ErrorSource {
  addEventListener?(type: 'uncapturederror', listener: (event: { error: { message: string } }) => void): void;
}

/**
 * A GPU through Dawn. The adapter is asked for here, because without one the library would take its cpu backend in silence;
 * errors that the GPU reports late fail the next computation.
 */
export async function offerWebGpu(options: { readonly acceptSoftware: boolean }): Promise<DeviceOffer> {
  const refused = (reason: string): DeviceOffer => ({ kind: 'refused', reason, remedy: REMEDY });
  const tf = await loadTensorFlow();
  let adapter: Adapter | null;
  try {
    adapter = await (await gpu()).requestAdapter({ powerPreference: 'high-performance' });
  } catch (thrown) {
    return refused(`${DRIVER}: ${isAbsent(thrown) ? 'not installed' : messageOf(thrown)}`);
  }
  if (adapter === null) return refused('WebGPU has no adapter here: no driver serves a GPU');
  const name = [adapter.info?.vendor, adapter.info?.architecture, adapter.info?.description].filter(Boolean).join(' ');
  const isSoftware =
    adapter.info?.isFallbackAdapter === true ||
    adapter.isFallbackAdapter === true ||
    /llvmpipe|swiftshader|lavapipe/i.test(name);
  if (isSoftware && !options.acceptSoftware) return refused(`the only WebGPU adapter is a software driver (${name})`);
  try {
    await import(BACKEND);
    if (!(await activate(tf, 'webgpu'))) return refused('the webgpu backend did not start');
  } catch (thrown) {
    return refused(`${BACKEND}: ${isAbsent(thrown) ? 'not installed' : messageOf(thrown)}`);
  }
  const errors: string[] = [];
  const device = (tf.backend() as { device?: ErrorSource }).device;
  device?.addEventListener?.('uncapturederror', (event) => errors.push(event.error.message));
  return {
    kind: 'offered',
    device: {
      name: 'webgpu',
      description: `TensorFlow.js ${tf.version_core}, WebGPU on ${name || 'an unnamed adapter'}`,
      isGpu: !isSoftware,
      isSoftware,
      largestTensor: adapter.limits.maxStorageBufferBindingSize,
      compute: computeOn(tf, 'webgpu', 'webgpu', () => errors[0]),
    },
  };
}

/** `navigator.gpu`: the browser's, or Dawn's, which is put where the library looks for it. */
async function gpu(): Promise<Gpu> {
  const present = (globalThis as { navigator?: { gpu?: Gpu } }).navigator;
  if (present?.gpu !== undefined) return present.gpu;
  const dawn = (await import(DRIVER)) as GpuModule;
  Object.assign(globalThis, dawn.globals);
  const created = dawn.create([]);
  // Node 20 has no navigator, and later ones have a getter only.
  if (present === undefined)
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: created }, configurable: true });
  else Object.defineProperty(present, 'gpu', { value: created, configurable: true });
  return created;
}

function isAbsent(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND';
}
