import type { Backend } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { sharedWorkers } from '../execution/shared-workers.js';
import { noJointMoments } from '../numerics/joint-moments.js';
import { type Moments, noMoments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import { type Key, keyRecord } from '../randomness/key.js';
import type { LostPaths } from './arguments.js';
import { bridgeWarnings } from './bridge-warnings.js';
import { type Control, combined, otherMean, regressionCoefficient } from './control-variate.js';
import { troubles } from './divergence.js';
import {
  type Estimate,
  estimateOf,
  type JointSamplingProvenance,
  type SampleContext,
  type SamplingProvenance,
  sampledOf,
} from './estimate.js';
import { type Functional, recordOf } from './functional.js';
import { jointFactsOf } from './joint-facts.js';
import { knownValues } from './known-values.js';
import { type Members, recordsOf } from './members.js';
import { jointTree, sample, sampleJointly } from './sample.js';
import type { EstimateWarning } from './sample-warnings.js';
import { type StoppingRule, untilDone } from './stopping.js';
import { truncationWarnings } from './truncation-warning.js';
import { branchCensus } from './untaken-branches.js';
import { VERSION } from './version.js';

/** How functionals are sampled, once it is checked. */
export interface SampledRun extends StoppingRule {
  readonly key: Key;
  readonly backend?: Backend;
  readonly antithetic?: boolean;
  readonly control?: Control;
  readonly confidence?: number;
  readonly lostPaths?: LostPaths;
  readonly onProgress?: (progress: SampledProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far all functionals have come. */
export interface SampledProgress {
  readonly done: number;
  readonly of: number;
  /** Of each functional. */
  readonly means: readonly { readonly mean: number; readonly standardError: number }[];
}

/** A functional with what is taken off it. */
interface Averaged {
  readonly functional: TerminalFunctional;
  readonly coefficient: number;
  readonly warnings: readonly EstimateWarning[];
}

/** The estimates of functionals from one run, each with the bits that it has alone. */
export async function sampledExpectations(
  chain: Chain,
  members: Members,
  options: SampledRun,
): Promise<readonly Estimate[]> {
  const { key, antithetic = false, control, signal, confidence = 0.95, lostPaths = 'withhold' } = options;
  const { names, functionals } = members;
  const phis = functionals.map((functional) => functional.on(chain));
  const psi = control?.functional.on(chain);
  const plain = program(chain, phis, { antithetic });
  const traced = plain.kind === 'traced' && (!psi || psi.trace !== undefined);
  const backend = options.backend ?? (traced ? sharedWorkers() : inline());
  const where = { key, antithetic, backend, signal };
  try {
    const parts: Averaged[] = [];
    for (const [k, phi] of phis.entries()) {
      parts.push(
        psi && control
          ? await controlled(chain, { phi, psi, control, itself: isItself(functionals[k], control.functional) }, where)
          : { functional: phi, coefficient: 0, warnings: [] },
      );
    }
    const averaged = parts.map(({ functional }) => functional);
    const whole = psi ? program(chain, averaged, { antithetic }) : plain;
    const prepared = await backend.prepare(whole, signal);
    const tree = jointTree();
    const contexts = averaged.map(
      (of): SampleContext => ({
        known: { ...knownValues(chain, of, { antithetic }), closed: of.trace === undefined },
        confidence,
        lostPaths,
      }),
    );
    const progress = (of: number): SampledProgress => {
      const { each } = tree.total() ?? noJointMoments(averaged.length);
      const done = each[0].count + each[0].nonFinite;
      return { done, of, means: each.map((moments, k) => meanSoFar(moments, contexts[k])) };
    };
    const censuses = averaged.map((of) => branchCensus(chain, of, where));
    const { joint, outcomes } = await untilDone(
      (first, paths, of) =>
        sampleJointly(
          backend,
          prepared,
          { key, first, paths, functionals: averaged.length },
          { tree, signal, onBlock: () => options.onProgress?.(progress(of)) },
        ),
      options,
      async (moments, k) => {
        const { mean, count, nonFinite, shape } = moments;
        const context = contexts[k];
        // Two values are counted, and where none differ their bounds are all that there is.
        const counted = context.known.values?.length === 2 || shape?.least === shape?.most;
        const untaken = counted ? undefined : await censuses[k](count + nonFinite, mean);
        return untaken ? { ...context, known: { ...context.known, untaken } } : context;
      },
    );
    const paths = joint.each[0].count + joint.each[0].nonFinite;
    // Pilots of all functionals see the same control.
    const doubted = parts[0].warnings.some(({ kind }) => kind === 'control-mean');
    const otherControl =
      psi && control && !doubted
        ? otherMean(
            psi.name,
            await sample(
              backend,
              await backend.prepare(program(chain, psi, { antithetic }), signal),
              { key, first: 0, paths: Math.min(paths, CHECKED_PATHS) },
              { signal },
            ),
            control.mean,
            knownValues(chain, psi, { antithetic }),
          )
        : [];
    const truncated = truncationWarnings(chain, key, paths);
    const facts =
      members.kind === 'one'
        ? undefined
        : jointFactsOf(joint, names, {
            chain,
            functionals: averaged,
            antithetic,
            isWithheld: ({ nonFinite }) => nonFinite > 0 && lostPaths === 'withhold',
          });
    const estimates: Estimate[] = [];
    const went = oncePerPath();
    for (const [k, { moments, context, converged }] of outcomes.entries()) {
      const { functional: of, coefficient, warnings } = parts[k];
      const common: Omit<SamplingProvenance, 'kind' | 'functional'> = {
        program: whole.hash,
        chain: chain.name,
        key: keyRecord(key),
        paths,
        antithetic,
        ...(control ? { control: { functional: recordOf(control.functional), mean: control.mean, coefficient } } : {}),
        ...(confidence === 0.95 ? {} : { confidence }),
        ...(lostPaths === 'exclude' ? { lostPaths } : {}),
        backend: backend.name,
        determinism: backend.determinism.kind,
        version: VERSION,
      };
      const provenance: SamplingProvenance | JointSamplingProvenance =
        members.kind === 'one'
          ? { kind: 'sampled', functional: recordOf(functionals[k]), ...common }
          : { kind: 'joint-sampled', name: names[k], functionals: recordsOf(members), ...common };
      const estimate = estimateOf(moments, context, {
        troubles: await went(moments, { chain, functional: of, key, antithetic }),
        warnings: [
          ...truncated,
          ...warnings,
          ...otherControl,
          ...(functionals[k].assumed ?? []),
          ...bridgeWarnings(chain, of),
        ],
        provenance,
      });
      estimates.push({
        ...estimate,
        ...(converged !== undefined && { converged }),
        ...(facts && { joint: facts[k] }),
      });
    }
    return estimates;
  } finally {
    if (!options.backend) await backend.close();
  }
}

/** How paths went wrong: where a state did, all functionals have lost the same path, and it is walked again once. */
function oncePerPath(): typeof troubles {
  let before: { readonly lost: string; readonly found: Awaited<ReturnType<typeof troubles>> } | undefined;
  return async (moments, paths) => {
    const { count, nonFinite, firstNonFinite, negative, firstNegative } = moments;
    const lost = JSON.stringify([count, nonFinite, firstNonFinite, negative, firstNegative]);
    if (before?.lost === lost && before.found.divergence?.first?.kind !== 'functional') return before.found;
    before = { lost, found: await troubles(moments, paths) };
    return before.found;
  };
}

/** Paths of the estimate, at most, on which the mean of a control is compared with the one given. */
const CHECKED_PATHS = 2 ** 18;

async function controlled(
  chain: Chain,
  given: {
    readonly phi: TerminalFunctional;
    readonly psi: TerminalFunctional;
    readonly control: Control;
    /** Whether the control is the functional: the estimate is then the mean that was given. */
    readonly itself: boolean;
  },
  run: Parameters<typeof regressionCoefficient>[2],
): Promise<Averaged> {
  const { phi, psi, control, itself } = given;
  const { coefficient, warnings } = await regressionCoefficient(chain, { phi, psi, mean: control.mean }, run);
  const functional = itself ? constantOf(control.mean) : combined(phi, psi, -coefficient, control.mean);
  return { functional, coefficient, warnings };
}

const isItself = (functional: Functional, control: Functional): boolean =>
  functional === control ||
  (functional.text !== undefined && JSON.stringify(recordOf(functional)) === JSON.stringify(recordOf(control)));

const constantOf = (value: number): TerminalFunctional => ({
  name: String(value),
  value: () => value,
  trace: (nodes) => nodes.constant(value),
});

function meanSoFar(
  moments: Moments = noMoments,
  context: SampleContext,
): { readonly mean: number; readonly standardError: number } {
  if (moments.nonFinite > 0 && context.lostPaths === 'withhold') {
    return { mean: Number.NaN, standardError: Number.NaN };
  }
  const { mean, standardError } = sampledOf(moments, context);
  return { mean, standardError };
}
