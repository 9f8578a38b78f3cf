/**
 * What a computation noticed about its own result: plain data, kept on the result as `warnings`, an empty array where there is nothing to say.
 *
 * A warning states a fact that limits what the number beside it is worth, and what would help. `Kind` is a fixed word to branch on; the facts that
 * the message is made of stand beside it as fields of their own.
 */
export interface Warning<Kind extends string = string> {
  readonly kind: Kind;
  /** One or two sentences: what was seen, what it means for the number, what to do. */
  readonly message: string;
  /** The figures of the message, as JSON knows them. */
  readonly [fact: string]: unknown;
}
