import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import type { Chain } from '../paths/chain.js';
import type { Estimate, SamplingProvenance } from './estimate.js';
import { expectation } from './expectation.js';
import { type Functional, type FunctionalRecord, terminal } from './functional.js';

/**
 * Computes an estimate again from its provenance and its chain: on a bitwise backend every bit is the same.
 *
 * Functionals given as expressions come from the provenance; a closure must be given again.
 *
 * @throws SdeError `data` if chain or functional are not those of the provenance: the program's hash differs.
 */
export async function rerun(
  provenance: SamplingProvenance,
  chain: Chain,
  options: {
    readonly functional?: Functional;
    readonly control?: Functional;
    readonly backend?: Backend;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Estimate> {
  const { key, paths, antithetic, control } = provenance;
  const { backend, signal } = options;
  const estimate = await expectation(chain, restored(provenance.functional, options.functional, 'functional'), {
    paths,
    key,
    antithetic,
    backend,
    signal,
    ...(control
      ? { control: { functional: restored(control.functional, options.control, 'control'), mean: control.mean } }
      : {}),
  });
  const again = estimate.provenance;
  if (again.kind === 'sampled' && again.program === provenance.program) return estimate;
  throw new SdeError('data', {
    what: 'the provenance is of another program',
    where: 'rerun(provenance, chain)',
    expected: `program ${provenance.program} (${provenance.chain}, version ${provenance.version})`,
    got: `program ${again.kind === 'sampled' ? again.program : '?'} (${chain.name})`,
    remedy: 'give the chain, the functional and the version that the estimate was made with',
  });
}

function restored(record: FunctionalRecord, given: Functional | undefined, what: string): Functional {
  if (given) return given;
  if (record.text !== undefined) return terminal(record.text, { name: record.name, parameters: record.parameters });
  throw new SdeError('data', {
    what: 'a closure is not in the provenance',
    where: `rerun(provenance, chain, { ${what} })`,
    expected: `the function '${record.name}'`,
    got: 'nothing',
    remedy: 'give the functional again, or write it as an expression',
  });
}
