import { OWNER_PATTERN, type Owner, ownerOf, ownerText } from './owner.js';

/** What of a run is hidden beside its folder: that it is to be claimed, that it is, the folder to be, and the one that it takes the place of. */
export type HiddenKind = 'request' | 'claim' | 'new' | 'old';

/** A hidden name, taken apart. */
export interface Hidden {
  /** Of the run. */
  readonly name: string;
  readonly kind: HiddenKind;
  readonly owner: Owner;
}

/** `.main-key-7.new-1f…`: hidden, and its owner can be read from it. */
export function hiddenName(name: string, kind: HiddenKind, owner: Owner): string {
  return `.${name}.${kind}-${ownerText(owner)}`;
}

const PATTERN = new RegExp(`^\\.(.+)\\.(request|claim|new|old)-(${OWNER_PATTERN})$`);

/** What a hidden name says; undefined for a name of another make. */
export function readHidden(file: string): Hidden | undefined {
  const [, name, kind, owner] = PATTERN.exec(file) ?? [];
  // The pattern has no other kinds.
  return name ? { name, kind: kind as HiddenKind, owner: ownerOf(owner) } : undefined;
}

/** The folder of a run's checkpoints, by what they are of. */
export function checkpointName(name: string, identity: string): string {
  return `.${name}.checkpoint-${identity.slice(0, 16)}`;
}

/** Whether a hidden name is of checkpoints of this run, of whatever version. */
export function isCheckpointName(file: string, name: string): boolean {
  const start = `.${name}.checkpoint-`;
  return file.startsWith(start) && /^[0-9a-f]{16}$/.test(file.slice(start.length));
}
