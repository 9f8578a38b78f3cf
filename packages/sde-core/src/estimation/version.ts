/** The version that provenance records: that of package.json. */
export const VERSION = '0.1.0';

/** Whether a version, `0.2.0` or `0.2.0-beta`, is later than this one. */
export function isLater(version: string): boolean {
  const parts = (text: string): readonly number[] => text.split('-')[0].split('.').map(Number);
  const own = parts(VERSION);
  const i = parts(version).findIndex((part, k) => part !== own[k]);
  return i >= 0 && parts(version)[i] > own[i];
}
