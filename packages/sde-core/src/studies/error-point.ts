/** One measured error. */
export interface ErrorPoint {
  readonly h: number;
  /** Signed. */
  readonly error: number;
  /** 0 for an exact measurement. */
  readonly standardError: number;
}
