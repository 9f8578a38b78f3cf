export { type DataDoor, type JsonBounds, readJson } from './data/json-text.js';
export {
  describe,
  requireArray,
  requireBoolean,
  requireFinite,
  requireFunction,
  requireInteger,
  requireLength,
  requireNumbers,
  requireOneOf,
} from './errors/at-the-door.js';
export { type CancelledDetails, cancelled, requireNotCancelled } from './errors/cancelled.js';
export { type KnownKeys, requireKeys } from './errors/options.js';
export { orOutOfMemory } from './errors/out-of-memory.js';
export { SdeError, type SdeErrorCode, type SdeErrorDetails } from './errors/sde-error.js';
export { closest } from './errors/suggest.js';
export type { Warning } from './errors/warning.js';
export type { LostPaths } from './estimation/arguments.js';
export { confidence, type Interval } from './estimation/confidence.js';
export type { Control } from './estimation/control-variate.js';
export type { Divergence, NegativeStates, PathPlace } from './estimation/divergence.js';
export type { CombinedProvenance, Estimate, Provenance, SamplingProvenance } from './estimation/estimate.js';
export {
  type ExactExpectation,
  type ExactOptions,
  type ExactWarning,
  exactExpectation,
  exactExpectationAsync,
  exactExpectationDetailed,
  exactExpectationDetailedAsync,
  exactExpectations,
  exactExpectationsAsync,
} from './estimation/exact-expectation.js';
export { type ExpectationOptions, expectation, type Progress } from './estimation/expectation.js';
export { extrapolate, extrapolationWeights, type Level } from './estimation/extrapolate.js';
export { type Functional, type FunctionalRecord, terminal } from './estimation/functional.js';
export { type MultilevelOptions, type MultilevelProgress, multilevel } from './estimation/multilevel.js';
export type {
  LevelReport,
  MultilevelEstimate,
  MultilevelProvenance,
  MultilevelWarning,
} from './estimation/multilevel-report.js';
export {
  type QuasiEstimate,
  type QuasiOptions,
  type QuasiProvenance,
  quasiExpectation,
} from './estimation/quasi-expectation.js';
export { type RerunOptions, rerun } from './estimation/rerun.js';
export { richardson } from './estimation/richardson.js';
export type { SampleFacts } from './estimation/sample-facts.js';
export type { EstimateWarning } from './estimation/sample-warnings.js';
export {
  type StateSummary,
  type SummaryWarning,
  type TimeSummary,
  type TimeSummaryOptions,
  timeSummary,
} from './estimation/time-summary.js';
export {
  type Backend,
  BLOCK_SIZE,
  type BlockRange,
  type BlockSummary,
  type BlockWork,
  type Prepared,
} from './execution/backend.js';
export type { PointSet } from './execution/block-noise.js';
export { inline } from './execution/inline.js';
export { workers } from './execution/workers.js';
export type { Algebra } from './expression/algebra.js';
export { type Break, breaks } from './expression/breaks.js';
export {
  type Arguments,
  type ColumnArguments,
  type ColumnFunction,
  type ColumnSums,
  compileColumnSums,
  compileColumns,
  compileScalar,
  compileVector,
  type ScalarFunction,
  type VectorFunction,
} from './expression/compile.js';
export { type Derivative, derivative, gradient } from './expression/differentiate.js';
export { evaluate } from './expression/evaluate.js';
export { type Expression, type ExpressionContext, expression, expressionOf } from './expression/expression.js';
export { type Graph, graph, type Node } from './expression/graph.js';
export { numbers } from './expression/numbers.js';
export { operandsFirst, symbolsOf } from './expression/order.js';
export { print } from './expression/print.js';
export { reverseGradient } from './expression/reverse.js';
export type { Instruction, PlainNumber } from './expression/straightline.js';
export { substitute } from './expression/substitute.js';
export type { NativeProgram, Program, ProgramFunctional, TracedProgram } from './kernels/program.js';
export type { Representation, RepresentedGrid, StepSource } from './kernels/representation.js';
export { toIto, toStratonovich } from './models/calculus.js';
export { correlated } from './models/correlated.js';
export { type Generator, generator } from './models/generator.js';
export { benes } from './models/library/benes.js';
export { circle } from './models/library/circle.js';
export { clarkCameron } from './models/library/clark-cameron.js';
export { coxIngersollRoss } from './models/library/cox-ingersoll-ross.js';
export { doubleWell } from './models/library/double-well.js';
export type { ExactModel, MomentModel, TerminalMoments } from './models/library/exact-moments.js';
export { geometricBrownianMotion } from './models/library/geometric-brownian-motion.js';
export { type HestonParameters, heston } from './models/library/heston.js';
export { type GeneralLangevin, type HarmonicLangevin, langevin } from './models/library/langevin.js';
export { type LinearSystemOptions, linearSystem } from './models/library/linear-system.js';
export { lorenz } from './models/library/lorenz.js';
export { lotkaVolterra } from './models/library/lotka-volterra.js';
export { ornsteinUhlenbeck } from './models/library/ornstein-uhlenbeck.js';
export {
  type Calculus,
  type Coefficient,
  isJacobianModel,
  type JacobianModel,
  type Model,
  type ModelOptions,
  model,
  type NoiseStructure,
} from './models/model.js';
export { polynomialMoment } from './models/polynomial-moment.js';
export { type Problem, problem } from './models/problem.js';
export {
  isSymbolicModel,
  type SymbolicModel,
  type SymbolicOptions,
  type SymbolicParts,
  symbolic,
  symbolicModel,
} from './models/symbolic.js';
export { type TangentModel, type TangentOptions, tangent } from './models/tangent.js';
export type {
  NativeTransition,
  TracedTransition,
  Transition,
  TransitionModel,
  TransitionVariable,
} from './models/transition.js';
export type { OperatorTerm } from './modified/differential-operator.js';
export {
  type ModifiedEquation,
  type ModifiedOptions,
  type ModifiedTerm,
  modifiedEquation,
} from './modified/modified-equation.js';
export { type WeakErrorOptions, type WeakErrorTerm, weakErrorOperator } from './modified/weak-error-operator.js';
export { type CodeGeneration, codeGeneration } from './numerics/code-generation.js';
export { stridedArray } from './numerics/strided-array.js';
export type { Chain, ChainDiffusion, StateRange, Taming, Truncation } from './paths/chain.js';
export { type CoupledChain, type Coupling, coupled } from './paths/coupled.js';
export { discretize, type ModelsByNeed } from './paths/discretize.js';
export { exactChain } from './paths/exact-chain.js';
export { type ModifiedIntegrator, modifiedIntegrator } from './paths/modified-integrator.js';
export {
  barrier,
  exitTime,
  type Observation,
  type ObservedStep,
  runningIntegral,
  supremum,
} from './paths/observation.js';
export { observe } from './paths/observe.js';
export { program, type TerminalFunctional } from './paths/program.js';
export { type Path, simulate } from './paths/simulate.js';
export { stateNames } from './paths/state-names.js';
export { type Trajectories, type TrajectorySize, trajectories, trajectorySize } from './paths/trajectories.js';
export { type BrownianPath, brownianPath } from './randomness/brownian-path.js';
export { type DirectionNumbers, joeKuoDirections } from './randomness/direction-numbers.js';
export { type Driver, driver, type Outcome } from './randomness/driver.js';
export type { GeneratorName } from './randomness/generators.js';
export { fold, type Key, key } from './randomness/key.js';
export { bernoulli, gaussian, type Law, threePoint, twoPoint, uniformLaw } from './randomness/law.js';
export { levyArea } from './randomness/levy-area.js';
export { type NoiseSource, noiseSource, type Stream } from './randomness/noise.js';
export { philox4x32 } from './randomness/philox.js';
export { type Sobol, type SobolOptions, sobol } from './randomness/sobol.js';
export { windowStream } from './randomness/window.js';
export { type AdditiveTableau, additiveTableau } from './schemes/additive-tableau.js';
export { alfonsi } from './schemes/alfonsi.js';
export { baoab } from './schemes/baoab.js';
export { dri1 } from './schemes/dri1.js';
export { driftImplicitEuler } from './schemes/drift-implicit-euler.js';
export { eulerHeun } from './schemes/euler-heun.js';
export { eulerMaruyama } from './schemes/euler-maruyama.js';
export { explicitMidpoint } from './schemes/explicit-midpoint.js';
export { exponentialEuler } from './schemes/exponential-euler.js';
export { implicitMidpoint } from './schemes/implicit-midpoint.js';
export { schemes, schemesForOneEquation } from './schemes/index.js';
export { leimkuhlerMatthews } from './schemes/leimkuhler-matthews.js';
export { type AreaMethod, areaError, areaVariables } from './schemes/levy-area.js';
export { milstein } from './schemes/milstein.js';
export { milsteinGeneral } from './schemes/milstein-general.js';
export type { Rows } from './schemes/order-condition.js';
export { platen } from './schemes/platen.js';
export { quadraticExponential } from './schemes/quadratic-exponential.js';
export { rdi2wm } from './schemes/rdi2wm.js';
export { rdi4wm } from './schemes/rdi4wm.js';
export { ri1 } from './schemes/ri1.js';
export { ri5 } from './schemes/ri5.js';
export { ri6 } from './schemes/ri6.js';
export { rs1 } from './schemes/rs1.js';
export { rs2 } from './schemes/rs2.js';
export { sRock2 } from './schemes/s-rock-2.js';
export {
  defineScheme,
  type NativeScheme,
  type Scheme,
  type SchemeAreas,
  type SchemeEquations,
  type SchemeOrder,
  type TracedScheme,
} from './schemes/scheme.js';
export type { IncrementLaw, SchemeDriver } from './schemes/scheme-driver.js';
export { skRock } from './schemes/sk-rock.js';
export { splitStepBackwardEuler } from './schemes/split-step-backward-euler.js';
export { sra1 } from './schemes/sra1.js';
export { sra2 } from './schemes/sra2.js';
export { sra3 } from './schemes/sra3.js';
export { sriw1 } from './schemes/sriw1.js';
export { sriw2 } from './schemes/sriw2.js';
export type { JacobianInput, Need, StepInput, StepInputs, SymbolInput } from './schemes/step-input.js';
export { stochasticHeun } from './schemes/stochastic-heun.js';
export { type StratonovichTableau, stratonovichTableau } from './schemes/stratonovich-tableau.js';
export { type StrongTableau, strongTableau } from './schemes/strong-tableau.js';
export { type TableauOptions, tableau } from './schemes/tableau.js';
export type { Tableau } from './schemes/tableau-conditions.js';
export { tamedEuler } from './schemes/tamed-euler.js';
export { truncatedEuler } from './schemes/truncated-euler.js';
export { truncatedMilstein } from './schemes/truncated-milstein.js';
export { w2ito1 } from './schemes/w2ito1.js';
export { weakTaylor2 } from './schemes/weak-taylor-2.js';
export { withDriver } from './schemes/with-driver.js';
export { type Certificate, type CertificateRow, certificateTable } from './studies/certificate.js';
export { type CertificateModel, certificateModels } from './studies/certificate-models.js';
export { certify, certifyAsync } from './studies/certify.js';
export { type ConstantFit, fitConstant } from './studies/constant-fit.js';
export { csv } from './studies/csv.js';
export { json, parseStudy } from './studies/json.js';
export { markdown } from './studies/markdown.js';
export { type ErrorPoint, fitOrder, type OrderFit } from './studies/order-fit.js';
export { type ErrorPlotOptions, type ErrorSeries, plot, plotErrors } from './studies/plot-errors.js';
export { type MapPlotOptions, plotMap } from './studies/plot-map.js';
export { type StepCost, stepCost } from './studies/step-cost.js';
export {
  type StrongLevel,
  type StrongOrderOptions,
  type StrongOrderStudy,
  strongOrder,
} from './studies/strong-order.js';
export type { Study } from './studies/study.js';
export type { LevelWarning, StudyWarning } from './studies/study-warnings.js';
export {
  type OrderLevel,
  type OrderStudy,
  type StudyMethod,
  type WeakOrderOptions,
  weakOrder,
} from './studies/weak-order.js';
export {
  type WorkCandidate,
  type WorkPrecisionOptions,
  type WorkPrecisionStudy,
  type WorkRow,
  workPrecision,
} from './studies/work-precision.js';
export { inOneGo, inTurns, requireNoSignal, type TurnOptions, turn, type Work } from './turns/work.js';
