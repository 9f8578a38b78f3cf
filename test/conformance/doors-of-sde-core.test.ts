import { describe, expect, it } from 'vitest';
import * as sde from '../whole-sde-core.js';
import { CALLS_OF_ESTIMATION } from './calls-of-estimation.js';
import { CALLS } from './calls-of-sde-core.js';
import { NEVER, replaceEach } from './replaced-values.js';

/** Places where one of {@link NEVER} is right, each with the reason. */
const RIGHT: readonly RegExp[] = [
  // A flag.
  /^(model|program): argument \d\.(autonomous|antithetic) = (true|false)$/,
  /^expectation( of several)?: argument 2\.antithetic = (true|false)$/,
  // The value that it has.
  /^rerun( of several)?: argument 0\.antithetic = false$/,
  // An estimate that lost paths is not finite; one of a law that is known has no bound of its degrees of freedom.
  /^(extrapolate|confidence): argument 0(\.\d)?\.(mean|standardError) = (NaN|−?∞)$/,
  /^(extrapolate|confidence): argument 0(\.\d)?\.(paths|degreesOfFreedom) = ∞$/,
  /^(covariance|ratio|difference): argument 0\.[ab]\.(mean|standardError|bias|paths|nonFinite|degreesOfFreedom) = (NaN|−?∞)$/,
  // A flag.
  /^batch: argument 1\.commonRandomNumbers = (true|false)$/,
  /^samples: argument 2\.maxBytes = ∞$/,
  // Where it was computed does not decide the numbers.
  /^rerun( of several)?: argument 0\.(backend|determinism) = /,
  // No field is read: nothing was given.
  / = an object that coerces otherwise$/,
  // No strong order is claimed.
  /: argument 0\.order\.strong = null$/,
  // No limit.
  /^trajectories: argument 1\.maxBytes = ∞$/,
  // Any array is written into.
  /^sobol\(…\)\.point: argument 1 = a sparse list$/,
  // A predicate answers for anything.
  /^is(Jacobian|Symbolic)Model: /,
  // A graph is recognized by its operations, which nothing calls at the door.
  /^symbolicModel: argument 0\.graph\./,
];

describe('every door of models, schemes, paths, randomness, execution and estimation', () => {
  const counts = { tried: 0, refused: 0 };
  it.each([...CALLS, ...CALLS_OF_ESTIMATION])('%s', async (name, call, given) => {
    // What these take is not data, and is checked where it is made.
    await call(...(given as never[]));
    const found = await replaceEach(call, given);
    counts.tried += found.tried;
    counts.refused += found.refused;
    expect(found.tried > 0).toBe(given.length > 0);
    expect(found.raw).toEqual([]);
    const through = found.accepted.filter((place) => NEVER.has(place.slice(place.lastIndexOf(' = ') + 3)));
    expect(
      through.map((place) => `${name}: ${place}`).filter((place) => !RIGHT.some((rule) => rule.test(place))),
    ).toEqual([]);
    expect(found.longest).toBeLessThan(20_000);
  });
  it('has tried thousands of values, and refused most of them', () => {
    console.info(`sde-core: ${counts.tried} calls with one value replaced, ${counts.refused} refused, 0 raw errors`);
    expect(counts.tried).toBeGreaterThan(7000);
    expect(counts.refused).toBeGreaterThan(0.7 * counts.tried);
  });
});

/** Functions of the package that are not called above, each group with the reason. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'the checks themselves': [
    'SdeError',
    'cancelled',
    'requireNoSignal',
    'requireNotCancelled',
    'closest',
    'orOutOfMemory',
    'describe',
    'requireArray',
    'requireBoolean',
    'requireFinite',
    'requireFunction',
    'requireInteger',
    'requireKeys',
    'requireLength',
    'requireNumbers',
    'requireOneOf',
  ],
  'takes nodes of a graph, as the expressions do': ['breaks'],
  'texts and files, and the shapes that data must have, in test/sde-core/data': [
    'readJson',
    'fields',
    'finite',
    'flag',
    'list',
    'maybe',
    'notNegative',
    'oneOf',
    'only',
    'positive',
    'requireShape',
    'share',
    'someNumber',
    'text',
    'warning',
    'whole',
  ],
  'an elementary function of any number, in test/sde-core/numerics': ['normalQuantile'],
  'what Node prints, in test/sde-core/errors': ['inspectedAs'],
  'how long work is done, in test/sde-core/turns': [
    'inOneGo',
    'inTurns',
    'turn',
    'certifyAsync',
    'exactExpectationAsync',
    'exactExpectationDetailedAsync',
    'exactExpectationsAsync',
  ],
  'take no argument': ['inline', 'joeKuoDirections', 'benes', 'clarkCameron'],
  'doors of estimation, in test/sde-core/estimation/doors.test.ts': [
    'batch',
    'confidence',
    'covariance',
    'difference',
    'exactExpectation',
    'exactExpectationDetailed',
    'exactExpectations',
    'expectation',
    'extrapolate',
    'extrapolationWeights',
    'multilevel',
    'quasiExpectation',
    'ratio',
    'rerun',
    'richardson',
    'samples',
    'terminal',
    'timeSummary',
  ],
  'doors of studies, with their own tests': [
    'certificateModels',
    'certificateTable',
    'certify',
    'fitConstant',
    'fitOrder',
    'json',
    'parseStudy',
    'stepCost',
    'strongOrder',
    'weakOrder',
    'workPrecision',
  ],
  'doors of expressions, with their own tests': [
    'compileColumnSums',
    'compileColumns',
    'compileScalar',
    'compileVector',
    'derivative',
    'evaluate',
    'expression',
    'expressionOf',
    'gradient',
    'graph',
    'operandsFirst',
    'print',
    'printLatex',
    'reverseGradient',
    'substitute',
    'symbolsOf',
  ],
};

it('leaves no function of the package out', () => {
  const functions = Object.entries(sde).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  const called = new Set(CALLS.map(([name]) => name.split(/[ .(]/)[0]));
  const elsewhere = new Set(Object.values(ELSEWHERE).flat());
  expect(functions.filter((name) => !called.has(name) && !elsewhere.has(name))).toEqual([]);
  expect([...elsewhere].filter((name) => called.has(name) || !functions.includes(name))).toEqual([]);
});
