import type { DataShape } from '../data/data-shape.js';
import { placeIn } from '../data/json-text.js';
import type { StrongOrderStudy } from './strong-order.js';
import type { OrderStudy } from './weak-order.js';
import type { WorkPrecisionStudy } from './work-precision.js';

/** What a field must be, by the others of a study. */
interface Claim {
  /** Where it stands, from the study. */
  readonly at: readonly (string | number)[];
  readonly holds: boolean;
  readonly expected: string;
  readonly got: unknown;
}

/** A shape whose fields must also agree with each other; they are asked only of what has the shape. */
export const agreeing =
  <T>(shape: DataShape, claims: (study: T) => readonly Claim[]): DataShape =>
  (value, place) => {
    const misfit = shape(value, place);
    if (misfit) return misfit;
    const wrong = claims(value as T).find(({ holds }) => !holds); // of the shape, as was just seen
    if (!wrong) return undefined;
    const at = wrong.at.reduce<string>((outer, name) => placeIn(outer, name, typeof name === 'number'), place);
    return { place: at, expected: wrong.expected, got: wrong.got };
  };

const same = (at: Claim['at'], got: unknown, expected: unknown, words: string): Claim => ({
  at,
  holds: Object.is(got, expected),
  expected: `${String(expected)}, ${words}`,
  got,
});

type Levelled = OrderStudy | StrongOrderStudy;

/** Coarse to fine, and the verdict that of the fit. */
function ofEither({ levels, fit, verdict }: Levelled): readonly Claim[] {
  return [
    same(['verdict'], verdict, fit.verdict, 'the verdict of the fit'),
    same(['fit', 'constant', 'order'], fit.constant.order, fit.expected, 'the order that is expected'),
    ...levels.slice(1).flatMap((level, i): Claim[] => [
      {
        at: ['levels', i + 1, 'steps'],
        holds: level.steps >= levels[i].steps,
        expected: `at least ${levels[i].steps}: coarse to fine`,
        got: level.steps,
      },
      {
        at: ['levels', i + 1, 'h'],
        holds: level.h <= levels[i].h,
        expected: `at most ${levels[i].h}: coarse to fine`,
        got: level.h,
      },
    ]),
  ];
}

/** An exact level has no sampling error and no provenance. */
export function orderClaims(study: OrderStudy): readonly Claim[] {
  const { levels, truth, method, pathsNeeded } = study;
  const exact = method === 'exact';
  return [
    ...ofEither(study),
    ...levels.flatMap(({ value, error, standardError, provenance }, i): Claim[] => [
      same(['levels', i, 'error'], error, value - truth, 'the value less the truth'),
      {
        at: ['levels', i, 'standardError'],
        holds: !exact || standardError === 0,
        expected: '0 where the method is exact',
        got: standardError,
      },
      {
        at: ['levels', i, 'provenance'],
        holds: !exact || provenance === undefined,
        expected: 'none where the method is exact',
        got: provenance,
      },
    ]),
    {
      at: ['pathsNeeded'],
      holds: !exact || pathsNeeded === undefined,
      expected: 'none where the method is exact',
      got: pathsNeeded,
    },
  ];
}

/** The order is half that of the mean squares. */
export function strongClaims(study: StrongOrderStudy): readonly Claim[] {
  const { fit, order, interval } = study;
  const half = 'half of the fit’s';
  return [
    ...ofEither(study),
    same(['order'], order, fit.value / 2, half),
    same(['interval', 'low'], interval.low, fit.interval.low / 2, half),
    same(['interval', 'high'], interval.high, fit.interval.high / 2, half),
    same(['interval', 'level'], interval.level, fit.interval.level, 'that of the fit'),
  ];
}

/** One truth, names apart, and the cheapest among them where there is one. */
export function workClaims({ rows, truth, verdict, cheapest }: WorkPrecisionStudy): readonly Claim[] {
  const names = rows.map(({ name }) => name);
  const named = verdict === 'decided' ? cheapest !== undefined && names.includes(cheapest) : cheapest === undefined;
  return [
    ...rows.flatMap(({ name, study }, i): Claim[] => [
      { at: ['rows', i, 'name'], holds: names.indexOf(name) === i, expected: 'a name of its own', got: name },
      same(['rows', i, 'study', 'truth'], study.truth, truth, 'the truth of all'),
    ]),
    {
      at: ['cheapest'],
      holds: named,
      expected: verdict === 'decided' ? `one of ${names.join(', ')}` : 'none where nothing is decided',
      got: cheapest,
    },
  ];
}
