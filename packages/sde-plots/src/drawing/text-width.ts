/** Empirical: the mean advance of DejaVu Sans over labels, of a character of one em, rounded up. */
const ADVANCE = 0.592;
/** Characters of East Asian scripts and pictographs take an em. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** About how many pixels a text takes. Combining marks take none: F̄. */
export function textWidth(text: string, size: number = 12): number {
  let ems = 0;
  for (const character of text.replace(/\p{Mn}/gu, '')) ems += WIDE.test(character) ? 1 : ADVANCE;
  return ems * size;
}

/** The text, or as much of it as there is room for, ending in an ellipsis. */
export function shortened(text: string, room: number, size: number = 12): string {
  if (textWidth(text, size) <= room) return text;
  let taken = textWidth('…', size);
  let short = '';
  for (const character of text) {
    taken += textWidth(character, size);
    if (taken > room) break;
    short += character;
  }
  return `${short.trimEnd()}…`;
}
