import { numbers } from 'sde-core/numerics';
/** y' = f(y): writes f(y), of y's shape, into `out`. */
export type VectorField = (y: Float64Array, out: Float64Array) => void;

const SUBSTEPS = [2, 4, 6, 8, 10, 12, 14, 16];
/** Halvings of one step that was tried before the integrator gives up: a field with kinks stops here with what it has. */
const MOST_HALVINGS = 12;
/** Halvings of a step that is known to be too long. */
const MOST_UNTRIED = 14;
const MOST_IN_ALL = 17;

/** What an integrator may be told beside its field. */
export interface StepWatch {
  /**
   * The longest step to try from y, whose f(y) is given. The columns of the extrapolation agree, and are wrong, where all their nodes miss
   * what the field does between them: only who made the field knows how far it may go unseen.
   */
  longest?(y: Float64Array, slope: Float64Array): number;
  /** Called with y after each step that was taken, and its length. */
  taken?(time: number, y: Float64Array): void;
}

/** Advances y over a time by an autonomous field, to a relative tolerance; returns false where it could not reach it. */
export type Integrator = (
  field: VectorField,
  y: Float64Array,
  time: number,
  tolerance: number,
  watch?: StepWatch,
) => boolean;

/**
 * Extrapolated explicit midpoint rule: over one step the midpoint rule with 2, 4, 6, … substeps has an error in even powers, and
 * each further column of the Aitken–Neville table removes one; stops when two columns agree, or halves the step. A step longer than `watch.longest` is halved
 * untried.
 *
 * @see [hairer1993, II.9]
 */
export function extrapolation(size: number): Integrator {
  const zeros = (): Float64Array => new Float64Array(size);
  const table = SUBSTEPS.map(zeros);
  const [before, now, slope, first, start] = [zeros(), zeros(), zeros(), zeros(), zeros()];

  const midpoint = (field: VectorField, y: Float64Array, time: number, substeps: number, out: Float64Array): void => {
    const k = time / substeps;
    before.set(y);
    for (let i = 0; i < size; i++) now[i] = y[i] + k * first[i];
    for (let s = 1; s < substeps; s++) {
      field(now, slope);
      for (let i = 0; i < size; i++) {
        const next = before[i] + 2 * k * slope[i];
        before[i] = now[i];
        now[i] = next;
      }
    }
    field(now, slope);
    // Gragg's smoothing: the mean of the last value and of one more midpoint step backward through it.
    for (let i = 0; i < size; i++) out[i] = (now[i] + before[i] + k * slope[i]) / 2;
  };

  /** Row `row` of the table, in place: afterwards table[0] holds the highest order; returns how far the last two differ. */
  const neville = (row: number, scale: Float64Array): number => {
    let difference = 0;
    for (let i = 0; i < size; i++) {
      let worst = 0;
      for (let column = row - 1; column >= 0; column--) {
        const ratio = numbers.power(SUBSTEPS[row] / SUBSTEPS[column], 2);
        const correction = (table[column + 1][i] - table[column][i]) / (ratio - 1);
        table[column][i] = table[column + 1][i] + correction;
        worst = Math.abs(correction);
      }
      difference = Math.max(difference, worst / (1 + Math.abs(scale[i])));
    }
    return difference;
  };

  const advance = (
    field: VectorField,
    y: Float64Array,
    time: number,
    tolerance: number,
    watch: StepWatch,
    halvings: number,
    tried: number,
  ): boolean => {
    field(y, first);
    const fits = !(watch.longest && time > watch.longest(y, first));
    const last = fits ? tried >= MOST_HALVINGS || halvings >= MOST_IN_ALL : halvings >= MOST_UNTRIED;
    if (fits || last) {
      start.set(y);
      let reached = false;
      // A step that is too long to be believed costs two rows alone.
      for (let row = 0; row < (fits ? SUBSTEPS.length : 2) && !reached; row++) {
        midpoint(field, start, time, SUBSTEPS[row], table[row]);
        const difference = neville(row, start);
        reached = row > 0 && difference <= tolerance;
      }
      if (reached || last) {
        y.set(table[0]);
        watch.taken?.(time, y);
        return reached && fits;
      }
    }
    const more = fits ? tried + 1 : tried;
    const reached = advance(field, y, time / 2, tolerance, watch, halvings + 1, more);
    // What is not finite stays so, and every step of what is left would be halved to the end.
    if (!reached && !y.every(Number.isFinite)) return false;
    return advance(field, y, time / 2, tolerance, watch, halvings + 1, more) && reached;
  };

  return (field, y, time, tolerance, watch = {}) => advance(field, y, time, tolerance, watch, 0, 0);
}
