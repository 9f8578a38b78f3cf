import { SdeError } from 'sde-core';
import type { Discrete, Discretization } from '../backward/discretization.js';
import type { Sides } from '../operators/boundary.js';
import { diffusionRule } from '../operators/diffusion.js';
import type { LinearDifferences } from './coefficient-sensitivity.js';

/**
 * Refuses a discretization whose steps have no exact derivative in the coefficients.
 *
 * @throws SdeError `unsupported`.
 */
export function requireDifferentiable(
  { mesh }: Discrete,
  sides: Sides,
  { stepping, drift }: Discretization,
  where: string,
): void {
  if (mesh.some((step) => step.method.remembers)) throw remembering(stepping.name, where);
  if (drift === 'exponential') throw fittedDifferences(where);
  if (sides.some((axis) => axis.some((side) => side.kind === 'slope' && side.slope.constant !== 0))) {
    throw slopedSide(where);
  }
}

function remembering(name: string, where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a stepping of more than one step',
    where: `${where}(…, { stepping })`,
    expected: 'a one-step method',
    got: name,
    remedy: 'use trBdf2, which is as stable, or a splitting',
  });
}

function fittedDifferences(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'differences that are not linear in the coefficients',
    where: `${where}(…, { drift })`,
    expected: "'central', 'upwind' or 'hybrid'",
    got: "'exponential'",
    remedy: "use 'hybrid' for monotone differences with a gradient",
  });
}

/** The differences, which must be linear in the coefficients. */
export function differencesOf(options: Discretization, dimension: number, where: string): LinearDifferences {
  const rule = diffusionRule(options.diffusion ?? 'central', dimension, `${where}(…, { diffusion })`);
  const { derivative } = rule;
  if (derivative) return { drift: options.drift ?? rule.drift, diffusion: { ...rule, derivative } };
  throw new SdeError('unsupported', {
    what: 'second differences along directions that move with the coefficients',
    where: `${where}(…, { diffusion })`,
    expected: "'central' or 'directional'",
    got: `'${options.diffusion}'`,
    remedy: "use 'directional' for monotone differences with a gradient",
  });
}

function slopedSide(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a side whose slope is given and not 0',
    where: `${where}(…, { boundary })`,
    expected: 'dirichlet, absorbing, reflecting, vanishing-curvature, or a Robin side with value 0',
    got: 'a Neumann or Robin side with data',
    remedy: 'take the side farther out, where its curvature vanishes',
  });
}
