import { orderedJson, plainJson } from '../data/plain-json.js';
import { describe, requireFunction, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { contentHash } from '../kernels/content-hash.js';

/** What a function that is called as a task is given beside its input. */
export interface TaskContext {
  /** Where it stands, from a call that says so: it may spare work, and changes nothing in what comes out. */
  readonly resume?: unknown;
  /** Aborts where the task shares its thread with its caller; on a thread of its own it is ended instead. */
  readonly signal?: AbortSignal;
  /** Tells the caller how far it is, or what it has so far: plain JSON. A task that is begun again tells it again. */
  report(news: unknown): void;
}

/** A pure function of its input: plain JSON in, plain JSON out, the same on every thread and machine. */
export type TaskFunction<Input, Output> = (input: Input, context: TaskContext) => Output | Promise<Output>;

/** A function by the module that exports it and its name: plain data. */
export interface Task<Input = unknown, Output = unknown> {
  readonly kind: 'task';
  /** A URL. */
  readonly module: string;
  readonly name: string;
  /** Counted up when it gives other outputs than before. */
  readonly version: number;
  /** Never there: the types of what goes in and comes out. */
  readonly types?: { readonly input: Input; readonly output: Output };
}

/** A task with its input. */
export interface TaskCall<Input = unknown, Output = unknown> {
  readonly task: Task<Input, Output>;
  readonly input: Input;
  /** Asked each time it is begun, again after a thread died of it: where it stands, as plain JSON. It is no part of the hash. */
  resume?(): unknown;
}

/** What came of a call. */
export interface TaskResult<Output = unknown> {
  /** Its place among the calls. */
  readonly place: number;
  readonly output: Output;
  /** Of the task's name and version and of its input: what provenance keeps. */
  readonly hash: string;
}

/** What a caller hears and says while tasks are done. */
export interface TaskHearing {
  readonly onReport?: (place: number, news: unknown) => void;
  readonly signal?: AbortSignal;
}

/** Where code may come from: files and servers, and no text. */
const PROTOCOLS = ['file:', 'http:', 'https:'];

/** A name that a module may export and a bundler keeps. */
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]{0,99}$/u;

/**
 * A function that an engine can call on any thread, by where it is exported.
 *
 * The function takes plain JSON and gives plain JSON (or a promise of it), from its input alone. Its module is imported by each thread that calls it, so
 * that importing it must do nothing else.
 *
 * @param options - `module`, its URL: `new URL('./tasks.js', import.meta.url)`; `name` of the export; `version` (default 1), to be counted up when it gives other outputs.
 * @throws SdeError `value` for a URL that is none of a file or a server, and for what is no name.
 *
 * @example
 * ```ts
 * import { task } from 'sde-core';
 * const square = task<(x: number) => number>({ module: new URL('file:///tasks.js'), name: 'square' });
 * square.name; // → square
 * ```
 */
export function task<F extends TaskFunction<never, unknown>>(options: {
  readonly module: URL | string;
  readonly name: string;
  readonly version?: number;
}): Task<Parameters<F>[0], Awaited<ReturnType<F>>> {
  const where = 'task({ module, name })';
  requireKeys<typeof options>(options ?? null, { module: true, name: true, version: true }, where, { url: 'module' });
  const { module, name, version = 1 } = options;
  // The types are what the caller says they are.
  return Object.freeze(requireTask({ kind: 'task', module: hrefOf(module), name, version }, where)) as Task<
    never,
    never
  >;
}

/** The text of a URL object, without asking what is none for its own; anything else as it is. */
function hrefOf(given: URL | string): string {
  if (typeof given === 'string') return given;
  try {
    return String(Object.getOwnPropertyDescriptor(URL.prototype, 'href')?.get?.call(given));
  } catch {
    return given as never; // and is refused
  }
}

/** A checked copy. */
function requireTask(given: unknown, where: string): Task {
  requireKeys<Task>(given as Task, { kind: true, module: true, name: true, version: true, types: true }, where);
  const { module, name, version } = given as Task;
  const url = typeof module === 'string' && URL.canParse(module) ? new URL(module) : undefined;
  if (!url || !PROTOCOLS.includes(url.protocol)) {
    throw new SdeError('value', {
      what: 'not the URL of a module',
      where: `${where}: module`,
      expected: `a URL that begins with ${PROTOCOLS.join(', ')}`,
      got: describe(module),
      remedy: "write new URL('./tasks.js', import.meta.url)",
    });
  }
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new SdeError('value', {
      what: 'not the name of an exported function',
      where: `${where}: name`,
      expected: 'an identifier',
      got: describe(name),
      remedy: 'give the name under which the module exports the function',
    });
  }
  requireInteger(version, 0, `${where}: version`, 'leave it out for 1');
  return { kind: 'task', module: url.href, name, version };
}

/** A call that was checked. */
export interface CheckedCall {
  readonly place: number;
  readonly hash: string;
  /** What a thread is to do, as plain JSON. */
  order(): TaskOrder;
}

/** A task for whoever does it. */
export interface TaskOrder {
  readonly module: string;
  readonly name: string;
  readonly input: unknown;
  readonly resume?: unknown;
}

/** More calls than are worth their messages. */
const MOST_CALLS = 2 ** 20;

/** What a caller hears and says, with no other option. */
export function requireHearing(hearing: TaskHearing, where: string): TaskHearing {
  const at = `${where.slice(0, -1)}, hearing)`;
  requireKeys<TaskHearing>(hearing, { onReport: true, signal: true }, at, { onProgress: 'onReport' });
  if (hearing.onReport !== undefined)
    requireFunction(hearing.onReport, `${at}.onReport`, 'leave it out, or give (place, news) => …');
  return hearing;
}

/** Calls, checked and copied. */
export function requireCalls(calls: readonly TaskCall[], where: string): readonly CheckedCall[] {
  if (!Array.isArray(calls) || calls.length > MOST_CALLS) {
    throw new SdeError('value', {
      what: 'not a list of calls',
      where,
      expected: `at most ${MOST_CALLS} of { task, input }`,
      got: Array.isArray(calls) ? `${calls.length} of them` : describe(calls),
      remedy: 'give [{ task, input }]',
    });
  }
  return Array.from(calls, (call, place) => {
    const at = `${where}: [${place}]`;
    requireKeys<TaskCall>(call ?? null, { task: true, input: true, resume: true }, at, { args: 'input' });
    if (call.resume !== undefined) requireFunction(call.resume, `${at}.resume`, 'leave it out, or give () => …');
    const { module, name, version } = requireTask(call.task ?? null, `${at}.task`);
    const door = (what: string) => ({ what: `${what} of ${name} is not plain JSON`, where: at, remedy: REMEDY });
    const input = plainJson(call.input, { ...door('the input'), code: 'value' });
    return {
      place,
      hash: contentHash(orderedJson([name, version, input])),
      order() {
        const resume: unknown = call.resume?.();
        if (resume === undefined) return { module, name, input };
        return { module, name, input, resume: plainJson(resume, { ...door('what resume gives'), code: 'value' }) };
      },
    };
  });
}

const REMEDY = 'give plain data: Array.from(…) of a typed array, null or no field for undefined, a text for NaN';

/**
 * Calls a task's function on this thread.
 *
 * @throws SdeError `value` where the module has no such function, or what it gives is not plain JSON; whatever the function throws.
 */
export async function callTask(
  { module, name, input, resume }: TaskOrder,
  { signal, report }: { readonly signal?: AbortSignal; report(news: unknown): void },
): Promise<unknown> {
  const where = `${name}(input)`;
  const exported = await exportsOf(module, where);
  const called = Object.hasOwn(exported, name) ? exported[name] : undefined;
  if (typeof called !== 'function') {
    throw new SdeError('value', {
      what: 'a module that exports no such function',
      where,
      expected: `a function ${name}`,
      got: called === undefined ? 'no export of this name' : describe(called),
      remedy: `export it from ${fileOf(module)}`,
    });
  }
  const door = (what: string) => ({ what: `${what} is not plain JSON`, where, remedy: REMEDY, code: 'value' }) as const;
  const output: unknown = await called(input, {
    resume,
    signal,
    report: (news: unknown) => report(plainJson(news, door('what it reports'))),
  });
  return plainJson(output, door('what it gives'));
}

async function exportsOf(module: string, where: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ module);
  } catch (cause) {
    throw new SdeError(
      'value',
      {
        what: 'a module that cannot be loaded',
        where,
        expected: 'a module that can be imported on its own',
        got: `${fileOf(module)}: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy: 'give the URL of a built file, which every thread can import',
      },
      { cause },
    );
  }
}

const fileOf = (module: string): string => module.slice(module.lastIndexOf('/') + 1);
