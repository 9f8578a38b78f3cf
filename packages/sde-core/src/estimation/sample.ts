import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { type Backend, BLOCK_SIZE, type BlockSummary, type Prepared } from '../execution/backend.js';
import type { PointSet } from '../execution/block-noise.js';
import { type JointMoments, mergeJointMoments, noJointMoments } from '../numerics/joint-moments.js';
import { type MergeTree, type Moments, mergeTree } from '../numerics/moments.js';
import type { Key } from '../randomness/key.js';

/** Which paths of a program, under which key. */
export interface SampleWork {
  readonly key: Key;
  /** A block. */
  readonly first: number;
  readonly paths: number;
  /** Functionals of the program. Default 1. */
  readonly functionals?: number;
  readonly points?: PointSet;
}

/** Where and how it is sampled. */
export interface SampleOptions {
  readonly tree?: MergeTree<JointMoments>;
  /** The function that was called, for messages. Default `expectation`. */
  readonly door?: string;
  readonly signal?: AbortSignal;
  /** After each block that is new. */
  readonly onBlock?: (tree: MergeTree<JointMoments>, summary: BlockSummary) => void;
}

/** A tree that joint moments are merged in. */
export const jointTree = (): MergeTree<JointMoments> => mergeTree<JointMoments>(mergeJointMoments);

/** The paths first · BLOCK_SIZE, …, paths − 1 of a program: merged in the tree over the block index, in whatever order they come. */
export async function sampleJointly(
  backend: Backend,
  prepared: Prepared,
  work: SampleWork,
  options: SampleOptions = {},
): Promise<JointMoments> {
  const { tree = jointTree(), door = 'expectation', signal, onBlock } = options;
  const { key, first, paths, functionals = 1, points } = work;
  const blocks = { first, count: Math.ceil(paths / BLOCK_SIZE) - first, paths };
  for await (const summary of backend.run(prepared, { blocks, key, ...(points && { points }) }, signal)) {
    if (tree.add(summary.block, jointOf(summary, functionals, { backend, door }))) onBlock?.(tree, summary);
  }
  return tree.total() ?? noJointMoments(functionals);
}

/** The same of a program of one functional. */
export async function sample(
  backend: Backend,
  prepared: Prepared,
  work: SampleWork,
  options: SampleOptions = {},
): Promise<Moments> {
  return (await sampleJointly(backend, prepared, work, options)).each[0];
}

function jointOf(
  summary: BlockSummary,
  functionals: number,
  { backend, door }: { readonly backend: Backend; readonly door: string },
): JointMoments {
  const { block: _, joint, values: __, ...moments } = summary;
  if (functionals === 1) return { each: [moments], pairs: [] };
  if (joint?.each.length === functionals) return joint;
  throw new SdeError('unsupported', {
    what: 'a backend that gives the moments of one functional only',
    where: `${door}(…, { … }, { backend })`,
    expected: `summaries with the joint moments of ${functionals} functionals`,
    got: describe(backend.name),
    remedy: 'take inline() or workers(), or each functional in a run of its own',
  });
}
