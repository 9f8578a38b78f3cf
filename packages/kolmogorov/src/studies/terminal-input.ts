import type { Chain, Functional } from 'sde-core';
import type { StateInput } from '../backward/node-values.js';

/** φ: a function of the state, or what sde-core's `terminal` makes. */
export type TerminalInput = StateInput | Functional;

/** φ as a function of the state; `chain` is asked only by a functional that is no text. */
export function stateInput(functional: TerminalInput, chain: () => Chain): StateInput {
  if (typeof functional !== 'object' || functional === null || !('on' in functional)) return functional;
  if (functional.text !== undefined) return functional.text;
  const { value } = functional.on(chain());
  return (x) => value(x);
}
