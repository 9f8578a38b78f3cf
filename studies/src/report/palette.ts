import type { LimitName } from 'resnet-bridge';
import { LOOKS, type Look } from 'sde-plots/drawing';

/** The looks of the limits, here as in every picture of errors: in this order. */
export const FLOW: Look = LOOKS[0];
export const LEADING: Look = LOOKS[1];
export const MODIFIED: Look = LOOKS[2];

/** The limits in the order of every table, legend and figure. */
export const LIMITS: readonly { readonly name: LimitName; readonly look: Look }[] = [
  { name: 'flow', look: FLOW },
  { name: 'leading', look: LEADING },
  { name: 'modified', look: MODIFIED },
];
