import { describe } from '../errors/at-the-door.js';
import { isNamed } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { areFacts, type Interval, isSample } from './confidence.js';
import type { Joint, JointFacts } from './joint.js';
import type { SampleFacts } from './sample-facts.js';

/** An estimate of one run of several functionals: what `expectation`, `quasiExpectation` and `multilevel` give of an object of them. */
export interface PairedEstimate {
  readonly mean: number;
  readonly standardError: number;
  readonly interval: Interval;
  readonly warnings: readonly { readonly kind: string; readonly message: string }[];
  readonly paths: number;
  readonly nonFinite: number;
  readonly degreesOfFreedom: number;
  readonly sample?: SampleFacts;
  /** A bound on the bias, where there is one. */
  readonly bias?: number;
  readonly joint: Joint;
  readonly provenance: { readonly name: string; readonly kind: string };
}

/** Estimates of one run, by name. */
export type PairedEstimates = Readonly<Record<string, PairedEstimate>>;

/** What the run says of two of its estimates, the first less the second. */
export function factsOf(a: PairedEstimate, b: PairedEstimate, where: string): JointFacts {
  const [first, second] = [a.provenance.name, b.provenance.name];
  if (first === second) return itself(a);
  if (Object.hasOwn(a.joint, second)) return a.joint[second];
  if (Object.hasOwn(b.joint, first)) return mirrored(b.joint[first]);
  throw otherRun(where, `${first} and ${second} of different runs`);
}

const itself = ({ mean, standardError }: PairedEstimate): JointFacts => ({
  covariance: standardError * standardError,
  difference: { mean: mean - mean, standardError: 0, variance: 0 },
});

const negatedBounds = ({ lowest, highest }: SampleFacts): Pick<SampleFacts, 'lowest' | 'highest'> => ({
  ...(highest !== undefined && { lowest: 0 - highest }),
  ...(lowest !== undefined && { highest: 0 - lowest }),
});

function mirrored({ covariance: across, difference: { sample, ...of } }: JointFacts): JointFacts {
  const { lowest: _, highest: __, ...counted } = sample ?? {};
  const turned = sample && {
    ...(counted as SampleFacts),
    least: 0 - sample.most,
    most: 0 - sample.least,
    atLeast: sample.atMost,
    atMost: sample.atLeast,
    skewness: -sample.skewness,
    ...negatedBounds(sample),
  };
  return { covariance: across, difference: { ...of, mean: 0 - of.mean, ...(turned && { sample: turned }) } };
}

/** Two of the estimates, by name. */
export function pairOf(
  estimates: PairedEstimates,
  first: unknown,
  second: unknown,
  where: string,
): readonly [PairedEstimate, PairedEstimate] {
  const all = membersOf(estimates, where);
  const names = Object.keys(estimates);
  const [a, b] = [first, second].map((name) => {
    const place = names.indexOf(name as string);
    if (place >= 0) return all[place];
    throw new SdeError('value', {
      what: 'no estimate of that name',
      where,
      expected: names.join(' or '),
      got: describe(name),
      remedy: 'give the name that the functional had',
    });
  });
  return [a, b];
}

/** The estimates, which are of one run. */
export function membersOf(estimates: unknown, where: string): readonly PairedEstimate[] {
  const all = isNamed(estimates) ? Object.values(estimates) : [];
  if (all.length === 0 || !all.every(isPaired)) throw notPaired(estimates, where);
  const runs = new Set(all.map(({ provenance }) => runOf(provenance) ?? fail(estimates, where)));
  if (runs.size > 1) throw otherRun(where, `estimates of ${runs.size} runs`);
  return all;
}

/** A run's provenance, without what is an estimate's own; undefined for what is no plain data. */
function runOf({ name: _, control, ...run }: { readonly name: string; readonly control?: object }): string | undefined {
  try {
    return JSON.stringify([run, control && { ...control, coefficient: 0 }]);
  } catch {
    return undefined;
  }
}

function fail(estimates: unknown, where: string): never {
  throw notPaired(estimates, where);
}

function isPaired(value: unknown): value is PairedEstimate & { readonly provenance: { readonly control?: object } } {
  if (!isNamed(value) || !areFacts(value)) return false;
  const { paths, nonFinite, degreesOfFreedom, interval, warnings, joint, provenance, sample, bias } = value;
  const { low, high, level } = isNamed(interval) ? interval : { low: '', high: '', level: '' };
  return (
    [paths, nonFinite, degreesOfFreedom].every((count) => typeof count === 'number' && count >= 0) &&
    [low, high].every((end) => typeof end === 'number' && !Number.isNaN(end)) &&
    typeof level === 'number' &&
    level > 0 &&
    level < 1 &&
    (bias === undefined || typeof bias === 'number') &&
    (sample === undefined || isSample(sample)) &&
    Array.isArray(warnings) &&
    Array.from(warnings).every((warning) => isNamed(warning) && typeof warning.kind === 'string') &&
    isNamed(joint) &&
    Object.values(joint).every(isFacts) &&
    isNamed(provenance) &&
    typeof provenance.name === 'string' &&
    typeof provenance.kind === 'string'
  );
}

function isFacts(value: unknown): boolean {
  if (!isNamed(value) || typeof value.covariance !== 'number' || !isNamed(value.difference)) return false;
  const { mean, standardError, variance, sample } = value.difference;
  return (
    [mean, standardError, variance].every((one) => typeof one === 'number') &&
    !(Number(standardError) < 0) &&
    (sample === undefined || isSample(sample))
  );
}

const notPaired = (got: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'not estimates of one run',
    where,
    expected: 'what expectation(chain, { a, b }, …) returned, or some of it',
    got: describe(got),
    remedy: 'compute them together: expectation(chain, { a, b }, …)',
  });

const otherRun = (where: string, got: string): SdeError =>
  new SdeError('value', {
    what: 'estimates that are not of one run',
    where,
    expected: 'estimates that one call gave: only their paths are the same',
    got,
    remedy: 'compute them together: expectation(chain, { a, b }, …)',
  });
