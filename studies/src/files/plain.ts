import type * as z from 'zod';

/** A type as its file has it: lists for typed arrays, nothing read-only; what a warning says is open. */
export type Plain<T> = unknown extends T
  ? T
  : number extends T
    ? number
    : T extends string | boolean | null | undefined
      ? T
      : T extends Float64Array
        ? number[]
        : T extends { readonly kind: string; readonly message: string }
          ? PlainWarning
          : { -readonly [Key in keyof T]: Plain<T[Key]> };

/** A warning's kind and sentence; its figures have names of their own. */
export interface PlainWarning {
  kind: string;
  message: string;
  [fact: string]: unknown;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * Holds a schema against the type of what is written: a field that one of them lacks, or has of another kind, does not compile.
 *
 * The schema comes back under the type's name.
 */
export function schemaFor<T>(): <Schema extends z.ZodType>(
  schema: Schema,
  ...same: Same<Plain<z.output<Schema>>, Plain<T>> extends true ? [] : [never]
) => z.ZodType<Plain<T>> {
  // The two types are the same, as far as the condition on them says.
  return (schema, ..._) => schema as unknown as z.ZodType<Plain<T>>;
}
