/** What kind of misuse an {@link SdeError} reports. */
export type SdeErrorCode =
  | 'shape'
  | 'value'
  | 'expression'
  | 'unknown-symbol'
  | 'unknown-function'
  | 'unsupported'
  | 'device'
  | 'data'
  | 'file'
  | 'cancelled';

/** The five things a message says. */
export interface SdeErrorDetails {
  /** What is wrong, in one clause. */
  readonly what: string;
  /** The public function and the argument, as the caller wrote them: `problem({ T })`. */
  readonly where: string;
  /** What would have been accepted. */
  readonly expected: string;
  /** What came instead. */
  readonly got: string;
  /** What the caller can do about it. */
  readonly remedy: string;
}

/**
 * A misuse of the toolkit, found at the door: it says what, where, expected, got, and what to do.
 *
 * Outcomes that can occur in correct use (a stalled iteration, an inconclusive study) are tagged unions, not errors.
 */
export class SdeError extends Error {
  readonly code: SdeErrorCode;
  readonly details: SdeErrorDetails;

  constructor(code: SdeErrorCode, details: SdeErrorDetails, options?: { cause?: unknown }) {
    super(
      `${details.what} (${details.where})\n  expected: ${details.expected}\n  got:      ${details.got}\n  remedy:   ${details.remedy}`,
      options,
    );
    this.name = 'SdeError';
    this.code = code;
    this.details = details;
  }
}
