import type { Warning } from 'sde-core';
import type { KinkedPath, KinkTrouble } from './kinked-flow.js';

/** What is said of second derivatives along paths that meet kinks of the activation where the formula of a crossing does not hold. */
export type KinkWarning = Warning<KinkTrouble['kind']>;

const MEANING: Readonly<Record<KinkTrouble['kind'], string>> = {
  'grazing-kink':
    'touches the kink of a unit at a small angle: the second derivative there is large and holds for so small a noise alone that a prediction from it may say nothing about this network',
  'kink-at-layer-end':
    'is at the kink of a unit where a layer ends or begins: the second derivative differs on both sides and their mean is taken, which is right to first order in h alone',
  'resting-on-kink':
    'stays at the kink of a unit, or leaves it along the kink: there is no second derivative, and what is given is that of one side',
};

/** One warning a kind, with how many of the paths it concerns. */
export function kinkWarnings(paths: readonly KinkedPath[]): readonly KinkWarning[] {
  return (Object.keys(MEANING) as KinkTrouble['kind'][]).flatMap((kind): KinkWarning[] => {
    const concerned = paths.flatMap(({ troubles }, path) =>
      troubles.filter((trouble) => trouble.kind === kind).map(({ layer, unit }) => ({ path, layer, unit })),
    );
    if (concerned.length === 0) return [];
    const [{ layer, unit }] = concerned;
    const count = new Set(concerned.map(({ path }) => path)).size;
    return [
      {
        kind,
        message: `The flow${paths.length === 1 ? '' : ` of ${count} of ${paths.length} states`} ${MEANING[kind]}. Change the weights or the state a little to see how much depends on it.`,
        paths: count,
        of: paths.length,
        layer,
        unit,
      },
    ];
  });
}

/** Said where a flow, or what is carried back along it, was not reached to its tolerance. */
export type UnresolvedFlow = Warning<'unresolved-flow'>;

/** That `paths` of `of` flows are unresolved, and `what` therefore in doubt. */
export const unresolvedFlow = (paths: number, of: number, what: string): UnresolvedFlow => ({
  kind: 'unresolved-flow',
  message: `The flow, or what is carried back along it, was not reached to its tolerance for ${paths} of ${of} states: weights so steep that ${what} may be wrong altogether. Train with smaller weights, or more layers.`,
  paths,
  of,
});
