import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Whose a hidden file or folder is: a process, told apart from all before and after it. */
export interface Owner {
  /** The machine, its start and its space of process numbers. */
  readonly place: string;
  readonly pid: number;
  /** When the process started, in the system's ticks; 'x' where that is not to be had. */
  readonly started: string;
  /** One for each claim of a process. */
  readonly token: string;
}

/** How an owner stands in a name. */
export function ownerText({ place, pid, started, token }: Owner): string {
  return `${place}-${pid}-${started}-${token}`;
}

/** What ownerText makes, as part of a larger expression. */
export const OWNER_PATTERN = '[0-9a-f]{8}-[0-9]{1,10}-(?:[0-9]{1,20}|x)-[0-9a-f]{8}';

/** The owner in a name that matches. */
export function ownerOf(text: string): Owner {
  const [place, pid, started, token] = text.split('-');
  return { place, pid: Number(pid), started, token };
}

/** This process, with a token of its own for each call. */
export function newOwner(): Owner {
  const state = stateOf(process.pid);
  return {
    place: placeHere(),
    pid: process.pid,
    started: state.kind === 'runs' ? state.started : 'x',
    token: randomBytes(4).toString('hex'),
  };
}

/**
 * Whether a process still runs. `unknown`: it is of another machine or container, or the system does not say when it started, so that another may
 * bear its number by now. `here` is an owner of this process.
 */
export function lifeOf({ place, pid, started }: Owner, here: Owner): 'alive' | 'dead' | 'unknown' {
  if (place !== here.place) return 'unknown';
  if (pid === here.pid && started === here.started) return 'alive';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is another user's.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return 'dead';
  }
  const state = stateOf(pid);
  if (state.kind === 'ended') return 'dead';
  if (state.kind !== 'runs' || started === 'x') return 'unknown';
  return state.started === started ? 'alive' : 'dead';
}

type State = { readonly kind: 'runs'; readonly started: string } | { readonly kind: 'ended' | 'unknown' };

/** From Linux's table of processes; a zombie has ended, though it can still be signaled. */
function stateOf(pid: number): State {
  const text = textOf(`/proc/${pid}/stat`);
  if (text === '') return { kind: 'unknown' };
  // The program's name, in parentheses, may hold anything; field 3 is the state, field 22 the start.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return { kind: 'ended' };
  return /^\d+$/.test(fields[19] ?? '') ? { kind: 'runs', started: fields[19] } : { kind: 'unknown' };
}

function placeHere(): string {
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: one space of process numbers a machine.
  }
  const words = [hostname(), textOf('/proc/sys/kernel/random/boot_id').trim(), space];
  return createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 8);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
