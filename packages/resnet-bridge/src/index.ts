export { asChain } from './chain/network-chain.js';
export type { Device, DeviceName, TensorFlow } from './device/device.js';
export { useDevice } from './device/use-device.js';
export { type FlowAdjoint, flowAdjoint } from './limit/adjoint.js';
export { type Accuracy, diffusionLimit, type LimitModel } from './limit/diffusion-limit.js';
export { type Flow, flow } from './limit/flow.js';
export type { KinkWarning, UnresolvedFlow } from './limit/kink-warnings.js';
export { type SymbolicLimit, symbolicLimit } from './limit/symbolic-limit.js';
export { applyAffine } from './network/affine-map.js';
export { type GivenNetworkOptions, type RandomNetworkOptions, residualNetwork } from './network/construction.js';
export { type Dataset, selectClasses } from './network/dataset.js';
export { digits } from './network/digits.js';
export type { AffineArrays, BranchArrays, LayerArrays } from './network/layer-arrays.js';
export { crossEntropy, type Loss, squaredLoss } from './network/loss.js';
export { type NetworkFile, networkFromJSON, networkToJSON } from './network/network-file.js';
export { type ComponentScale, principalComponents } from './network/principal-components.js';
export { refine } from './network/refinement.js';
export type { Activation, AffineMap, Branch, Layer, ResidualNetwork } from './network/residual-network.js';
export { branchDropout } from './noise/branch-dropout.js';
export { type BranchMoments, branchMoments } from './noise/branch-moments.js';
export { gaussianInjection } from './noise/gaussian-injection.js';
export { gaussianMultiplicative } from './noise/gaussian-multiplicative.js';
export { NOISES } from './noise/index.js';
export type { Noise, Placement } from './noise/noise.js';
export { outputDropout } from './noise/output-dropout.js';
export { shakeDrop } from './noise/shake-drop.js';
export { shakeShake } from './noise/shake-shake.js';
export { stochasticDepth } from './noise/stochastic-depth.js';
export type { DepthCheckpoint } from './studies/depth-checkpoint.js';
export type { DrawCounts, LevelMeans, ProcessMean, ProcessName } from './studies/depth-level.js';
export type { DepthLevel, DepthStudy, DiffusiveStudy, LimitName, SmallNoiseStudy } from './studies/depth-result.js';
export { type DepthStudyOptions, depthStudy } from './studies/depth-study.js';
export { depthTable } from './studies/depth-table.js';
export type { DepthWarning } from './studies/depth-warnings.js';
export type { JudgedStates } from './studies/judged-states.js';
export { type LossShift, type LossShiftOptions, type LossShiftWarning, lossShift } from './studies/loss-shift.js';
export {
  type ThreeWays,
  type ThreeWaysLevel,
  type ThreeWaysOptions,
  type ThreeWaysWarning,
  threeWays,
} from './studies/three-ways.js';
export type { ConstantVerdict } from './studies/verdicts.js';
export { type AccuracyOptions, accuracy } from './training/accuracy.js';
export type { Epoch } from './training/epoch.js';
export { type FitOptions, fit, type History } from './training/fit.js';
export type { FitCheckpoint } from './training/fit-checkpoint.js';
export type { TrainingWarning } from './training/training-warnings.js';
