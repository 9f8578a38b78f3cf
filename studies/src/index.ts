export { type Table, textTable } from 'sde-plots';
export { HESTON, hestonGrid, hestonProblem } from './closed-forms/heston-problem.js';
export { type MeasuredLine, measuredLine } from './closed-forms/measured-line.js';
export {
  type NativeProgram,
  type NativeSource,
  nativeProgram,
} from './closed-forms/native-program.js';
export { QUANTLIB } from './closed-forms/quantlib.js';
export { commonOptions } from './command-line/common-options.js';
export { EXIT } from './command-line/exit.js';
export { flag, whole, words } from './command-line/option.js';
export { type CommandLine, type Program, program } from './command-line/program.js';
export { runCommand } from './command-line/run-command.js';
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
