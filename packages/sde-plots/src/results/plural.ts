/** '1 point is', '3 points are': a count with its noun, and with a verb. */
export const counted = (count: number, noun: string, plural: string = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** The verb of a count. */
export const are = (count: number): string => (count === 1 ? 'is' : 'are');
