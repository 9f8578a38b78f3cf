export { type Table, textTable } from 'sde-plots';
export { HESTON, hestonGrid, hestonProblem } from './closed-forms/heston-problem.js';
export { type MeasuredLine, measuredLine } from './closed-forms/measured-line.js';
export {
  type NativeProgram,
  type NativeSource,
  nativeProgram,
} from './closed-forms/native-program.js';
export { QUANTLIB } from './closed-forms/quantlib.js';
export {
  type ControlCurve,
  type Descent,
  descentFigure,
  type Marked,
  type Panel,
  type PlaneOptions,
  planeFigure,
  type TaylorSeries,
  taylorFigure,
  thetaFigure,
} from './control/figures.js';
export { type TaylorSeriesOptions, taylorSeries, taylorSlope } from './control/gradient-check.js';
export { controlCurves } from './control/theta-curves.js';
export { replaceFile } from './run-folder/replace-file.js';
export { type CommandLine, EXIT, runCommand } from './run-folder/run-command.js';
