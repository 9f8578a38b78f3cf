export {
  type NativeProgram,
  type NativeSource,
  nativeProgram,
} from './closed-forms/native-program.js';
export { QUANTLIB } from './closed-forms/quantlib.js';
export { type Table, textTable } from './report/table.js';
