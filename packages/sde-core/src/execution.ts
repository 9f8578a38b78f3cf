/** What a backend is given and gives back. */
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
export type { NativeProgram, Program, ProgramFunctional, TracedProgram } from './kernels/program.js';
export type { Representation, RepresentedGrid, StepSource } from './kernels/representation.js';
export { program, type TerminalFunctional } from './paths/program.js';
