/** Names a stream of random numbers: two 32-bit words. There is no other source of randomness. */
export interface Key {
  /** Shape (2). */
  readonly words: readonly [number, number];
  /** How it was made, as provenance prints it: `key(7) / 'train' / 3`. */
  readonly label: string;
}
