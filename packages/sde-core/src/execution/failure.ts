import { SdeError, type SdeErrorCode, type SdeErrorDetails } from '../errors/sde-error.js';

/** An error as it crosses threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Of an SdeError. */
  readonly code?: SdeErrorCode;
  readonly details?: SdeErrorDetails;
}

/** An error, or whatever was thrown, as data. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return error instanceof SdeError
    ? { name, message, stack, code: error.code, details: error.details }
    : { name, message, stack };
}

/** The error again, on another thread. */
export function errorOf({ name, message, stack, code, details }: Failure): Error {
  const error = code && details ? new SdeError(code, details) : new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
