export type { Dataset } from './network/dataset.js';
export type { Activation, AffineMap, Branch, Layer, ResidualNetwork } from './network/residual-network.js';
export type { Noise, Placement } from './noise/noise.js';
export type { DepthLevel, DepthStudy, LimitName } from './studies/depth-study.js';
export type { Device, DeviceName, TensorFlow } from './device/device.js';
export { useDevice } from './device/use-device.js';
export { selectClasses } from './network/dataset.js';
export { digits } from './network/digits.js';
export { type ComponentScale, principalComponents } from './network/principal-components.js';
