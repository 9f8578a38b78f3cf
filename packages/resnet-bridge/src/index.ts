export type { Dataset } from './network/dataset.js';
export type { Activation, AffineMap, Branch, Layer, ResidualNetwork } from './network/residual-network.js';
export type { Noise, Placement } from './noise/noise.js';
export type { DepthLevel, DepthStudy, LimitName } from './studies/depth-study.js';
