/** What checks are made of: the one error, and the refusals that say what, where, expected, got, and what to do. */
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
export { inspectedAs } from './errors/inspection.js';
export { type KnownKeys, requireKeys } from './errors/options.js';
export { orOutOfMemory } from './errors/out-of-memory.js';
export { SdeError, type SdeErrorCode, type SdeErrorDetails } from './errors/sde-error.js';
export { closest } from './errors/suggest.js';
export type { Warning } from './errors/warning.js';
