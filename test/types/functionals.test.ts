import {
  batch,
  type Chain,
  covariance,
  difference,
  discretize,
  type Estimate,
  type ExactExpectation,
  eulerMaruyama,
  exactExpectation,
  exactExpectationDetailed,
  exactExpectations,
  expectation,
  type Functional,
  type JointEstimate,
  type JointMultilevelEstimate,
  type JointQuasiEstimate,
  key,
  type MultilevelEstimate,
  multilevel,
  problem,
  type QuasiEstimate,
  quasiExpectation,
  ratio,
  rerun,
  samples,
  symbolic,
  terminal,
  timeSummary,
} from 'sde-core';
import type { stridedArray } from 'sde-core/numerics';
import { describe, expectTypeOf, it } from 'vitest';

const on = problem({ model: symbolic({ state: ['x'], drift: 'x', diffusion: 'x' }), x0: [1], T: 1 });
const chain: Chain = discretize(on, eulerMaruyama, 1);
const one = terminal('x');
const two = { a: one, b: one };
const run = { paths: 1, key: key(1) };
type Values = ReturnType<typeof stridedArray>;
type Both<Of> = { readonly a: Of; readonly b: Of };

/** Never called: what is asked is what the compiler says. */
const made = {
  expectation: () => [expectation(chain, one, run), expectation(chain, two, run)] as const,
  quasi: () =>
    [
      quasiExpectation(chain, one, { points: 2, key: run.key }),
      quasiExpectation(chain, two, { points: 2, key: run.key }),
    ] as const,
  multilevel: () =>
    [
      multilevel(on, eulerMaruyama, one, { tolerance: 1, key: run.key }),
      multilevel(on, eulerMaruyama, two, { tolerance: 1, key: run.key }),
    ] as const,
  exact: () => [exactExpectation(chain, one), exactExpectation(chain, two)] as const,
  detailed: () => [exactExpectationDetailed(chain, one), exactExpectationDetailed(chain, two)] as const,
  from: () =>
    [exactExpectations(chain, one, { initial: [1] }), exactExpectations(chain, two, { initial: [1] })] as const,
  samples: () => [samples(chain, one, run), samples(chain, two, run)] as const,
};
type Made<Name extends keyof typeof made> = ReturnType<(typeof made)[Name]>;

describe('a record of functionals gives a record of results under its names', () => {
  it('everywhere', () => {
    expectTypeOf<Made<'expectation'>>().toEqualTypeOf<readonly [Promise<Estimate>, Promise<Both<JointEstimate>>]>();
    expectTypeOf<Made<'quasi'>>().toEqualTypeOf<readonly [Promise<QuasiEstimate>, Promise<Both<JointQuasiEstimate>>]>();
    expectTypeOf<Made<'multilevel'>>().toEqualTypeOf<
      readonly [Promise<MultilevelEstimate>, Promise<Both<JointMultilevelEstimate>>]
    >();
    expectTypeOf<Made<'exact'>>().toEqualTypeOf<readonly [number, Both<number>]>();
    expectTypeOf<Made<'detailed'>>().toEqualTypeOf<readonly [ExactExpectation, Both<ExactExpectation>]>();
    expectTypeOf<Made<'from'>>().toEqualTypeOf<readonly [Float64Array, Both<Float64Array>]>();
    expectTypeOf<Made<'samples'>>().toEqualTypeOf<readonly [Promise<Values>, Promise<Both<Values>>]>();
  });

  it('and pairs of it are named', () => {
    const pairs = async (): Promise<void> => {
      const estimates = await expectation(chain, two, run);
      expectTypeOf(difference(estimates, 'a', 'b')).toEqualTypeOf<Estimate>();
      // @ts-expect-error no estimate has this name
      ratio(estimates, 'a', 'c');
      // @ts-expect-error a single estimate has no pairs
      covariance({ a: await expectation(chain, one, run) });
      // @ts-expect-error there is no c
      estimates.c;
      const again = await rerun(estimates.a.provenance, chain);
      expectTypeOf(again).toEqualTypeOf<Readonly<Record<string, JointEstimate>>>();
      const summaries = await timeSummary(chain, two, run);
      expectTypeOf<keyof (typeof summaries)[0]['functionals']>().toEqualTypeOf<'a' | 'b'>();
      await expectation(chain, two, { ...run, onProgress: ({ estimates: so }) => so.a.mean });
      // @ts-expect-error several have several means
      await expectation(chain, two, { ...run, onProgress: ({ mean }) => mean });
      expectTypeOf(batch({ low: chain, high: chain }).each(one)).toEqualTypeOf<{
        readonly low: Functional;
        readonly high: Functional;
      }>();
    };
    expectTypeOf(pairs).returns.resolves.toBeVoid();
  });
});
