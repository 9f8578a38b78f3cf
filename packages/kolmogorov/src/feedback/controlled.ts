import { describe, type KnownKeys, SdeError, type SymbolicModel, type SymbolicOptions, symbolic } from 'sde-core';
import { atTheDoor, requireFields } from '../door/at-the-door.js';

/** dX = b(X, a) dt + σ(X, a) dW, the controls a still to be chosen. */
export interface ControlledModel {
  readonly kind: 'controlled';
  /** Names of the controls, shape (q). */
  readonly control: readonly string[];
  /** The same with the controls as parameters. */
  readonly model: SymbolicModel;
}

/** What {@link controlled} takes: a symbolic model, and the names of its controls. */
export interface ControlledOptions extends SymbolicOptions {
  /** Shape (q). */
  readonly control: readonly string[];
}

const optionKeys: KnownKeys<ControlledOptions> = {
  state: true,
  control: true,
  drift: true,
  diffusion: true,
  parameters: true,
  calculus: true,
  time: true,
  breakpoints: true,
  nonNegative: true,
};

/**
 * A model with controls in its drift, its diffusion, or both, for {@link solveHJB}.
 *
 * @throws SdeError as sde-core's `symbolic`; `value` if no control is named.
 *
 * @example
 * import { controlled } from 'kolmogorov';
 * controlled({ state: ['x'], control: ['a'], drift: ['a - x'], diffusion: [['0.5']] }).control; // → [ 'a' ]
 */
export function controlled(options: ControlledOptions): ControlledModel {
  requireFields<ControlledOptions>(options, optionKeys, 'controlled(options)', { controls: 'control' });
  const { control, ...rest } = options;
  if (!Array.isArray(control) || control.length === 0 || Array.from(control).some((name) => typeof name !== 'string')) {
    throw new SdeError('value', {
      what: 'no control is named',
      where: 'controlled({ control })',
      expected: "names that the drift or the diffusion uses, such as ['a']",
      got: describe(control),
      remedy: 'name the controls, or use symbolic',
    });
  }
  const open = Object.fromEntries(control.map((name) => [name, 0]));
  return Object.freeze<ControlledModel>({
    kind: 'controlled',
    control: [...control],
    model: atTheDoor(
      'controlled',
      () => symbolic({ ...rest, parameters: { ...rest.parameters, ...open } }),
      'symbolic',
    ),
  });
}
