export { type AdaptedStepsOptions, adaptedSteps, adaptedStepsAsync } from './backward/adapted-steps.js';
export type { Averaging } from './backward/cell-averages.js';
export type { Discretization, Equation } from './backward/discretization.js';
export type { ExtrapolationKind } from './backward/extrapolation-claim.js';
export type { Field, FieldWarning } from './backward/field.js';
export type { GrowthKind } from './backward/growth-watch.js';
export type { MatrixReport } from './backward/matrix-report.js';
export { generatorMatrix, type MonotonicityReport, monotonicity } from './backward/monotonicity.js';
export type { StateInput } from './backward/node-values.js';
export type { ResolutionKind } from './backward/resolution.js';
export type { RoughnessKind } from './backward/smoothness.js';
export { solveKolmogorov, solveKolmogorovAsync } from './backward/solve-kolmogorov.js';
export {
  type ObstacleOptions,
  type ObstacleOutcome,
  type ObstacleProblem,
  solveObstacle,
  solveObstacleAsync,
} from './backward/solve-obstacle.js';
export type { BackwardProblem, SolveOptions } from './backward/solve-once.js';
export {
  type SpaceDiscretization,
  type StationaryEquation,
  solveStationary,
  solveStationaryAsync,
} from './backward/solve-stationary.js';
export type { StalledWarning } from './backward/stalled-steps.js';
export type { ControlValues } from './feedback/control-set.js';
export { type ControlledModel, type ControlledOptions, controlled } from './feedback/controlled.js';
export type { ControlledDiscretization, ControlledProblem } from './feedback/discrete-hjb.js';
export {
  type ErgodicOptions,
  type ErgodicOutcome,
  type ErgodicProblem,
  type ErgodicWarning,
  solveErgodicHJB,
  solveErgodicHJBAsync,
} from './feedback/solve-ergodic-hjb.js';
export {
  type HjbOptions,
  type HjbOutcome,
  type HjbProblem,
  type HjbStep,
  solveHJB,
  solveHJBAsync,
} from './feedback/solve-hjb.js';
export type { Density, DensityExtreme } from './forward/density.js';
export type { DensityWarning } from './forward/density-warnings.js';
export { dualityDefect, dualityDefectAsync } from './forward/duality-defect.js';
export type { Initial, InitialPoints } from './forward/initial-masses.js';
export type { MassBalance } from './forward/mass-balance.js';
export {
  type ForwardOptions,
  type ForwardProblem,
  solveFokkerPlanck,
  solveFokkerPlanckAsync,
} from './forward/solve-fokker-planck.js';
export { type StationaryOutcome, stationaryDensity, stationaryDensityAsync } from './forward/stationary-density.js';
export { alignAxis } from './grid/align-axis.js';
export { type Axis, pointsOf, uniform } from './grid/axis.js';
export { chebyshevSpaced } from './grid/chebyshev-spaced.js';
export { type AxisLaw, quantileSpaced } from './grid/quantile-spaced.js';
export { sinhSpaced } from './grid/sinh-spaced.js';
export { type BicgstabOptions, bicgstab, type SolveReport } from './linear/bicgstab.js';
export type { Iteration } from './linear/bicgstab-iteration.js';
export type { Factors } from './linear/factors.js';
export type { Factorize, LinearSolver } from './linear/linear-solver.js';
export { type SparseLUOptions, sparseLU } from './linear/sparse-lu.js';
export type { Pattern, SparseMatrix } from './linear/sparse-matrix.js';
export type { Progress, Watch } from './linear/watch.js';
export type { ControlShape } from './open-loop/control-basis.js';
export type { ControlCheckpoint } from './open-loop/control-checkpoint.js';
export type { ControlLayout } from './open-loop/control-layout.js';
export { type ControlObjective, controlObjective } from './open-loop/control-objective.js';
export { type AsyncControlObjective, controlObjectiveAsync } from './open-loop/control-objective-async.js';
export type {
  ControlClass,
  ControlDiscretization,
  ControlDynamics,
  ControlProblem,
  IterateProgress,
  IterateWatch,
} from './open-loop/control-problem.js';
export type { Iterate, Smooth, StallReason } from './open-loop/descent.js';
export type { FrozenHamiltonian } from './open-loop/frozen-hamiltonian.js';
export {
  type ControlBounds,
  type ControlMethod,
  type ControlOutcome,
  type ControlWarning,
  type OptimizeOptions,
  optimizeControl,
  optimizeControlAsync,
} from './open-loop/optimize-control.js';
export type { DriftDifference } from './operators/assembly.js';
export type { AxisBoundary, Boundary, BoundaryInput } from './operators/boundary.js';
export type { DiffusionDifference } from './operators/diffusion.js';
export type { Operator } from './operators/operator.js';
export type { ScalarFunction, ScalarInput } from './operators/scalar-function.js';
export { bdf2 } from './stepping/bdf2.js';
export { craigSneyd, modifiedCraigSneyd } from './stepping/craig-sneyd.js';
export { crankNicolson } from './stepping/crank-nicolson.js';
export { douglas } from './stepping/douglas.js';
export { explicitEuler } from './stepping/explicit-euler.js';
export { hundsdorferVerwer } from './stepping/hundsdorfer-verwer.js';
export { implicitEuler } from './stepping/implicit-euler.js';
export type { Smoothing, SmoothingOptions } from './stepping/smoothing.js';
export type { Ahead, OneStep, Scratch, Stage, Stepping } from './stepping/stepping.js';
export { strang } from './stepping/strang.js';
export { thetaMethod } from './stepping/theta-method.js';
export { trBdf2 } from './stepping/tr-bdf2.js';
export { plotWeakError, type WeakErrorPlotOptions } from './studies/plot-weak-error.js';
export type { TerminalInput } from './studies/terminal-input.js';
export { type TransferOperator, transferOperator } from './studies/transfer-operator.js';
export {
  type ErrorDensity,
  type WeakErrorProfile,
  weakErrorConstant,
  weakErrorConstantAsync,
  weakErrorProfile,
  weakErrorProfileAsync,
} from './studies/weak-error.js';
