import type { Law } from '../randomness/law.js';

/** One value of a step's whole noise, with its weight. */
export interface WeightedNoise {
  readonly weight: number;
  readonly noise: Float64Array;
}

type Nodes = readonly { readonly probability: number; readonly value: number }[];

const FAR = Math.sqrt(5 + Math.sqrt(10));
const NEAR = Math.sqrt(5 - Math.sqrt(10));

/** Gauss–Hermite quadrature for N(0, 1): n nodes agree with it to the moment 2n − 1. From the finest to the coarsest. */
const HERMITE: readonly Nodes[] = [
  [
    { probability: (7 - 2 * Math.sqrt(10)) / 60, value: -FAR },
    { probability: (7 + 2 * Math.sqrt(10)) / 60, value: -NEAR },
    { probability: 8 / 15, value: 0 },
    { probability: (7 + 2 * Math.sqrt(10)) / 60, value: NEAR },
    { probability: (7 - 2 * Math.sqrt(10)) / 60, value: FAR },
  ],
  [
    { probability: 1 / 6, value: -Math.sqrt(3) },
    { probability: 2 / 3, value: 0 },
    { probability: 1 / 6, value: Math.sqrt(3) },
  ],
  [
    { probability: 1 / 2, value: -1 },
    { probability: 1 / 2, value: 1 },
  ],
];

/** Above this many values a finer quadrature is not worth its time. */
const ENOUGH = 1024;
/** Above this the coarsest one that is exact is not either. */
const MOST = 65_536;

/**
 * The law of independent variables as a sum: discrete ones with all their values, normal ones by the finest Gauss–Hermite quadrature
 * that leaves at most `enough` values (default 1024), and at least by one that agrees with them to the moment `moments`.
 *
 * @returns undefined where a law is neither discrete nor normal, or the values are more than 65 536.
 */
export function discreteLaw(
  laws: readonly Law[],
  moments: number,
  enough: number = ENOUGH,
): readonly WeightedNoise[] | undefined {
  if (laws.some((law) => law.kind !== 'gaussian' && !law.outcomes)) return undefined;
  const exact = HERMITE.filter((nodes) => 2 * nodes.length - 1 >= moments);
  const count = (hermite: Nodes): number =>
    laws.reduce((product, law) => product * (law.outcomes ?? hermite).length, 1);
  const hermite = exact.find((nodes) => count(nodes) <= enough) ?? exact[exact.length - 1];
  if (!hermite || count(hermite) > MOST) return undefined;
  let values: { weight: number; noise: number[] }[] = [{ weight: 1, noise: [] }];
  for (const law of laws) {
    values = values.flatMap(({ weight, noise }) =>
      (law.outcomes ?? hermite).map(({ probability, value }) => ({
        weight: weight * probability,
        noise: [...noise, value],
      })),
    );
  }
  return values.map(({ weight, noise }) => ({ weight, noise: Float64Array.from(noise) }));
}
