import { allowed } from '../drawing/escape-text.js';

/** Text as a cell or a line of GitHub's Markdown takes it: as itself, on one line. What XML cannot hold becomes �. */
export function escapeMarkdown(text: string): string {
  // `[a](b)` is left in brackets: an interval stays as it is read.
  return allowed(text)
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(/[\\|*_`~$]|(?<=\])\(/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;');
}
