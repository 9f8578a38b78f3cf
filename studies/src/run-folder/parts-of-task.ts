import type { Engine, TaskCall, TaskContext } from 'sde-core';
import { type Parts, partsOver } from './parts.js';

/** What a task that keeps parts reports: how far it is, a part that is done, or one that it was given and is not what it should be. */
type Report<News> =
  | { readonly kind: 'news'; readonly news: News }
  | { readonly kind: 'kept'; readonly name: string; readonly text: string }
  | { readonly kind: 'refused'; readonly name: string; readonly reason: string };

/** On a task's thread: its parts, which its caller keeps. */
export function partsOfTask({ resume, report }: TaskContext): Parts {
  // What `resume` of its caller, below, gives.
  const known = new Map(Object.entries((resume ?? {}) as Readonly<Record<string, string>>));
  const tell = (told: Report<never>): void => report(told);
  return partsOver({
    load: async (name) => known.get(name),
    save: async (name, text) => tell({ kind: 'kept', name, text }),
    saveNow: (name, text) => tell({ kind: 'kept', name, text }),
    refuse: (name, reason) => tell({ kind: 'refused', name, reason }),
  });
}

/** On a task's thread: tells its caller how far it is. */
export const newsOfTask =
  <News>({ report }: TaskContext): ((news: News) => void) =>
  (news) =>
    report({ kind: 'news', news } satisfies Report<News>);

/** Where the texts of all parts are. */
export interface KeptTexts {
  texts(): Promise<ReadonlyMap<string, string>>;
  save(name: string, text: string): Promise<void>;
  refuse(name: string, reason: string): void;
}

/** A call whose task keeps parts, under a name that no other of its job has. */
export interface KeepingCall<Output> {
  readonly name: string;
  readonly call: Pick<TaskCall<unknown, Output>, 'task' | 'input'>;
}

/**
 * Outputs of tasks that keep parts, in the order of the calls. A task goes on from its parts that are kept: those of a run before, and after a thread
 * died those that it had done itself.
 */
export async function performKeeping<Output, News>(
  engine: Engine,
  calls: readonly KeepingCall<Output>[],
  options: {
    readonly kept?: KeptTexts;
    readonly onNews?: (place: number, news: News) => void;
    readonly signal?: AbortSignal;
  },
): Promise<Output[]> {
  const { kept, onNews, signal } = options;
  const texts = new Map(await kept?.texts());
  // One after another: of two that a part is kept in, the later is to stand.
  let saved: Promise<void> = Promise.resolve();
  const hear = (place: number, told: unknown): void => {
    const report = told as Report<News>; // or another task was called than one of these
    const full = (name: string): string => `${calls[place].name}/${name}`;
    switch (report.kind) {
      case 'news':
        onNews?.(place, report.news);
        return;
      case 'kept': {
        const { name, text } = report;
        texts.set(full(name), text);
        saved = saved.then(() => kept?.save(full(name), text));
        return;
      }
      case 'refused':
        texts.delete(full(report.name));
        kept?.refuse(full(report.name), report.reason);
        return;
      default:
        report satisfies never;
    }
  };
  const outputs: Output[] = [];
  const all = calls.map(({ name, call }) => ({ ...call, resume: () => under(name, texts) }));
  try {
    for await (const { place, output } of engine.perform(all, { onReport: hear, signal })) outputs[place] = output;
    return outputs;
  } finally {
    await saved;
  }
}

/** The texts of a task's parts, by their names in it. */
function under(task: string, texts: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const start = `${task}/`;
  return Object.fromEntries(
    [...texts].filter(([name]) => name.startsWith(start)).map(([name, text]) => [name.slice(start.length), text]),
  );
}
