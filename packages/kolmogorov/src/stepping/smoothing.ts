import { requireInteger } from 'sde-core';
import { requireFields } from '../door/at-the-door.js';
import { type OneStep, type Stepping, stepWords } from './stepping.js';

/** Steps that are replaced unless the caller says otherwise. */
const SMOOTHED = 2;

/** Steps of which the first few after the terminal time give way to ones that damp. */
export interface SmoothingOptions {
  readonly steps: number;
  /** How many: default 2. */
  readonly smoothing?: number;
}

/**
 * Rannacher's start: the first `smoothing` steps are two half-steps each of one that damps, the others plain.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or smoothing not an integer ≥ 0.
 * @see [rannacher1984]
 */
export function smoothed(
  options: SmoothingOptions,
  { damping, plain, where }: { readonly damping: OneStep; readonly plain: OneStep; readonly where: string },
): Pick<Stepping, 'steps' | 'damps' | 'parts'> {
  requireFields<SmoothingOptions>(options, { steps: true, smoothing: true }, `${where}(options)`, stepWords);
  const steps = requireInteger(options.steps, 1, `${where}({ steps })`, 'give the number of time steps');
  const smoothing = requireInteger(
    options.smoothing ?? SMOOTHED,
    0,
    `${where}({ smoothing })`,
    'give the number of steps to replace by two implicit half-steps, or 0',
  );
  const [first, then] = [[damping, damping], [plain]];
  return { steps, damps: smoothing > 0, parts: (index) => (index < smoothing ? first : then) };
}
