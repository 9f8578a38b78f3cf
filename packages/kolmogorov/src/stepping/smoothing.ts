import { type KnownKeys, requireInteger } from 'sde-core/errors';
import { requireFields } from '../door/at-the-door.js';
import { type OneStep, requireSteps, type Stepping, stepWords } from './stepping.js';

/** Steps that are replaced at a rough end unless the caller says otherwise. */
const SMOOTHED = 2;

/** How many steps give way to ones that damp, at either end of the interval. */
export interface Smoothing {
  /** After T, where a terminal value may have kinks and jumps. */
  readonly terminal?: number;
  /** Before t0 on the way back: the first that a density sees, which may start at a point. */
  readonly initial?: number;
}

/** Steps of which some give way to ones that damp. */
export interface SmoothingOptions {
  readonly steps: number;
  /**
   * How many steps are replaced by two half-steps each that damp. Where the solver knows a density that starts at a point or narrower than the cells (in
   * `solveFokkerPlanck` and `dualityDefect`), they stand at t0 too. A number is for T, and for t0 if that is rough; { terminal, initial } for both ends whatever starts there:
   * then every solve on the interval takes the same steps, and forward ones are exact transposes of backward ones. Default 2, and at T as the stepping says.
   */
  readonly smoothing?: number | Smoothing;
}

/** The same with an implicit weight. */
export interface WeightedOptions extends SmoothingOptions {
  readonly theta?: number;
}

const smoothingKeys: KnownKeys<SmoothingOptions> = { steps: true, smoothing: true };

/** What a stepping with an implicit weight is given. */
export const weightedKeys: KnownKeys<WeightedOptions> = { ...smoothingKeys, theta: true };

/**
 * Rannacher's start: the steps next to a rough end are two half-steps each of one that damps, the others plain.
 *
 * `terminal` is how many at T unless the caller says: default 2.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or smoothing not an integer ≥ 0 or a pair of such.
 * @see [rannacher1984]
 */
export function smoothed(
  options: SmoothingOptions,
  {
    damping,
    plain,
    where,
    terminal = SMOOTHED,
    known = smoothingKeys,
  }: {
    readonly damping: OneStep;
    readonly plain: OneStep;
    readonly where: string;
    readonly terminal?: number;
    readonly known?: KnownKeys<SmoothingOptions>;
  },
): Pick<Stepping, 'steps' | 'damps' | 'parts'> {
  requireFields<SmoothingOptions>(options, known, `${where}(options)`, stepWords);
  const steps = requireSteps(options.steps, where);
  const { smoothing } = options;
  const count = (value: number | undefined, or: number, name: string): number =>
    requireInteger(
      value ?? or,
      0,
      `${where}({ ${name} })`,
      'give the number of steps to replace by two implicit half-steps, or 0; or { terminal, initial }',
    );
  const pair: Smoothing = typeof smoothing === 'object' && smoothing !== null ? smoothing : {};
  requireFields<Smoothing>(pair, { terminal: true, initial: true }, `${where}({ smoothing })`);
  const both = typeof smoothing === 'object' ? undefined : smoothing;
  const atEnd = count(pair.terminal ?? both, terminal, 'smoothing');
  const atStart = pair.initial === undefined ? undefined : count(pair.initial, 0, 'smoothing.initial');
  const ifRough = both ?? SMOOTHED;
  const [twice, once] = [[damping, damping], [plain]];
  return {
    steps,
    damps: atEnd > 0,
    parts: (index, _, ahead) => {
      const first = atStart ?? (ahead?.rough ? ifRough : 0);
      return index < atEnd || (ahead !== undefined && ahead.steps < first) ? twice : once;
    },
  };
}
