import type { LimitName } from 'resnet-bridge';

/** How one series looks: apart for color-blind readers (colors of Okabe and Ito) and, by symbol and dash, in gray print. */
export interface Look {
  readonly color: string;
  readonly symbol: 'circle' | 'square' | 'triangle';
  readonly dash?: string;
}

export const FLOW: Look = { color: '#0072b2', symbol: 'circle' };
export const LEADING: Look = { color: '#d55e00', symbol: 'square', dash: '7 4' };
export const MODIFIED: Look = { color: '#007a5a', symbol: 'triangle', dash: '2 3' };
export const INK = '#1a1a1a';
export const QUIET = '#6a6a6a';

/** The limits in the order of every table, legend and figure. */
export const LIMITS: readonly { readonly name: LimitName; readonly look: Look }[] = [
  { name: 'flow', look: FLOW },
  { name: 'leading', look: LEADING },
  { name: 'modified', look: MODIFIED },
];
