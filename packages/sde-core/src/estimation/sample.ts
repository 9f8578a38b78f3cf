import { type Backend, BLOCK_SIZE, type Prepared } from '../execution/backend.js';
import { type MergeTree, type Moments, mergeMoments, mergeTree, noMoments } from '../numerics/moments.js';
import type { Key } from '../randomness/key.js';

/** The paths first · BLOCK_SIZE, …, paths − 1 of a program: merged in the tree over the block index, in whatever order they come. */
export async function sample(
  backend: Backend,
  prepared: Prepared,
  work: { readonly key: Key /** A block. */; readonly first: number; readonly paths: number },
  options: {
    readonly tree?: MergeTree<Moments>;
    readonly signal?: AbortSignal;
    readonly onBlock?: (tree: MergeTree<Moments>) => void;
  } = {},
): Promise<Moments> {
  const { tree = mergeTree<Moments>(mergeMoments), signal, onBlock } = options;
  const { key, first, paths } = work;
  const blocks = { first, count: Math.ceil(paths / BLOCK_SIZE) - first, paths };
  for await (const { block, ...moments } of backend.run(prepared, { blocks, key }, signal)) {
    if (tree.add(block, moments)) onBlock?.(tree);
  }
  return tree.total() ?? noMoments;
}
