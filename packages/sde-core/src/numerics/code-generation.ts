/** Whether formulas and steps run as compiled JavaScript, or are interpreted. */
export type CodeGeneration = 'compiled' | 'interpreted';

/** A fact of the process, looked at once: where it is forbidden, every try is reported to whoever forbade it. */
let known: CodeGeneration | undefined;

/**
 * Whether formulas and steps are compiled to JavaScript here, or interpreted.
 *
 * Where making code of text is forbidden (a page with a strict Content-Security-Policy, `node --disallow-code-generation-from-strings`) they are interpreted, to
 * the same bits. A backend says it in its name, and with it the provenance of an estimate: `'inline, interpreted'`. Cost of interpreting: some ten times the
 * arithmetic, less where random numbers or elementary functions take most of the time.
 *
 * @example
 * ```ts
 * import { codeGeneration } from 'sde-core';
 * codeGeneration(); // → compiled
 * ```
 */
export function codeGeneration(): CodeGeneration {
  if (known === undefined) {
    try {
      known = new Function('return true')() === true ? 'compiled' : 'interpreted';
    } catch {
      known = 'interpreted';
    }
  }
  return known;
}
