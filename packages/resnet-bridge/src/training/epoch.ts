/** One epoch: the mean loss of its batches, with noise, and what the network with gates at their mean then does. */
export interface Epoch {
  /** 1, 2, … */
  readonly epoch: number;
  /** Cross-entropy with noise, averaged over the epoch's batches while the weights move. */
  readonly loss: number;
  /** Without noise, after the epoch: cross-entropy on the test rows, and the shares classified rightly. */
  readonly testLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}
