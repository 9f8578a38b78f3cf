import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import type * as z from 'zod';
import { programVersion } from '../files/program-version.js';
import { type Limits, readChecked } from '../files/read-checked.js';
import { type Checkpoints, keptWords } from '../run-folder/checkpoints.js';
import { NOTHING_KEPT, type Parts } from '../run-folder/parts.js';
import { openRunFolder, type RunFolder } from '../run-folder/run-folder.js';
import { safeName } from '../run-folder/safe-name.js';
import { type CommonUse, commonOptions } from './common-options.js';
import { firstDifference, repeatedWords } from './difference.js';
import { environment, environmentChanges } from './environment.js';
import { EXIT } from './exit.js';
import type { OptionTable, Values } from './option.js';
import { type CommandLine, type Program, program } from './program.js';
import type { Progress } from './progress.js';
import { comparable as comparableText, type StudyFile, type StudyFormat, studyFormat } from './study-file.js';

/** What a study computes: all that decides its numbers. */
export interface Asked<Settings> {
  /** Empty where nothing is random. */
  readonly key: string;
  readonly quick: boolean;
  readonly settings: Settings;
}

/** How a study computes: nothing here decides a number. */
export interface Running {
  readonly threads: number;
  /** Where parts that are done are kept. */
  readonly parts: Parts;
  /** Of files that are made along the way. */
  readonly out: string;
  readonly signal: AbortSignal;
  progress(news: Progress): void;
}

/** A study: what it computes, what of it stands in `result.json`, and what is shown. */
export interface StudyDefinition<Table extends OptionTable, Settings, Computed, Result> {
  readonly name: string;
  readonly about: string;
  readonly common: CommonUse;
  /** Options of its own. */
  readonly options: Table;
  /** Of what its result holds. */
  readonly version: number;
  /** What its own options decide. */
  settings(values: Values<Table>, quick: boolean): Settings;
  readonly settingsSchema: z.ZodType<Settings>;
  readonly resultSchema: z.ZodType<Result>;
  /** Of its result's file. */
  readonly limits?: Limits;
  /** Names of fields that hold times of the machine: they are not repeated. */
  readonly machine?: readonly string[];
  compute(asked: Asked<Settings>, running: Running): Promise<Computed>;
  /** What `result.json` holds of it. */
  result(computed: Computed): unknown;
  /** Its tables. */
  show(computed: Computed, values: Values<Table>): string;
  /** Whether something in it is wrong; default never. */
  wrong?(computed: Computed): boolean;
  /** Writes what stands beside its result. */
  write?(computed: Computed, folder: RunFolder): Promise<void>;
  /** What it does in place of computing, where it is asked to. */
  instead?(values: Values<Table>, line: CommandLine): Promise<number | undefined>;
  /** After its folder is written. */
  after?(computed: Computed, asked: Asked<Settings>, line: CommandLine): Promise<void>;
}

/** A study as a command, and the format of its results. */
export interface Study<Settings, Result> {
  readonly program: Program;
  readonly format: StudyFormat<Settings, Result>;
}

/**
 * A study as a command: it reads its line, computes on from what was kept, shows tables or JSON, writes its folder with `result.json`, and repeats such a
 * result.
 */
export function study<Table extends OptionTable, Settings, Computed, Result>(
  one: StudyDefinition<Table, Settings, Computed, Result>,
): Study<Settings, Result> {
  const { options: common, refused } = commonOptions(one.common);
  const key = 'never' in one.common.key ? undefined : one.common.key.otherwise;
  const command = `npm run ${one.name} --`;
  const limits: Limits = {
    bytes: 2 ** 24,
    depth: 24,
    noun: 'result of this study',
    remedy: `name the result.json of ${command} as it was written`,
    ...one.limits,
  };
  const format = studyFormat<Settings, Result>({
    kind: one.name,
    version: one.version,
    keyed: key !== undefined,
    settings: one.settingsSchema,
    result: one.resultSchema,
    limits,
  });
  const fileOf = (asked: Asked<Settings>, computed: Computed): string =>
    format.write({
      kind: one.name,
      version: one.version,
      quick: asked.quick,
      key: key === undefined ? null : asked.key,
      settings: asked.settings,
      result: one.result(computed),
      provenance: { program: 'weak-limit', version: programVersion(), environment: environment() },
    });
  let begun: Checkpoints | undefined;
  const options = { ...one.options, ...common };
  return {
    format,
    program: program({
      name: one.name,
      command,
      about: one.about,
      options,
      refused,
      // The table's own names and the common ones, which no study has as its own.
      main: (values, line) => main(values as unknown as Given<Table>, line),
      stopped: () => keptWords(begun),
    }),
  };

  async function main(values: Given<Table>, line: CommandLine): Promise<number> {
    const { repeat, threads = availableParallelism() } = values;
    const ended = await one.instead?.(values, line);
    if (ended !== undefined) return ended;
    if (repeat !== undefined) return again(repeat, threads, line);
    const { quick, out = 'out', json } = values;
    const asked: Asked<Settings> = {
      key: values.key ?? key ?? '',
      quick,
      settings: one.settings(values, quick),
    };
    const { signal, say, print, progress } = line;
    const folder = await openRunFolder(out, folderName(asked));
    try {
      const identity = { study: one.name, version: one.version, ...asked };
      const parts = await folder.checkpoints(identity, { fresh: values.fresh, say });
      begun = parts;
      const computed = await one.compute(asked, { threads, parts, out, signal, progress });
      const written = fileOf(asked, computed);
      const place = relative(process.cwd(), folder.path) || '.';
      const shown = json ? written : `${one.show(computed, values).trimEnd()}\n`;
      try {
        await one.write?.(computed, folder);
        await folder.write('result.json', written);
        signal.throwIfAborted();
        for (const name of await folder.publish()) say(`Kept as it was, beside the new file: ${place}/${name}`);
      } catch (error) {
        // The numbers are there, though no folder takes them.
        if (!signal.aborted) await print(shown);
        throw error;
      }
      await one.after?.(computed, asked, line);
      await print(shown);
      say(`Written: ${place}`);
      return one.wrong?.(computed) ? EXIT.wrong : EXIT.done;
    } finally {
      await folder.discard();
    }
  }

  async function again(path: string, threads: number, { signal, print, progress }: CommandLine): Promise<number> {
    const { text: before, data } = await readChecked<StudyFile<Settings, Result>>(path, format.schema, limits);
    const { quick, settings, provenance } = data;
    const asked = { key: data.key ?? '', quick, settings };
    const computed = await one.compute(asked, { threads, parts: NOTHING_KEPT, out: 'out', signal, progress });
    const after = fileOf(asked, computed);
    const machine = one.machine ?? [];
    const difference = firstDifference(comparableText(before, machine), comparableText(after, machine));
    const versions = { before: provenance.version, now: programVersion() };
    await print(repeatedWords(difference, versions, environmentChanges(provenance.environment, environment())));
    return difference === undefined ? EXIT.done : EXIT.wrong;
  }

  /** Named by what it computes, without a clock: two runs share a folder only if they compute the same. */
  function folderName(asked: Asked<Settings>): string {
    const nothing = Object.fromEntries(
      Object.entries(one.options).map(([name, { kind }]) => [name, kind === 'flag' ? false : undefined]),
    );
    // What a line without options gives.
    const usual = one.settings(nothing as Values<Table>, asked.quick) as Readonly<Record<string, unknown>>;
    const others = Object.entries(asked.settings as Readonly<Record<string, unknown>>)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]))
      .map(([name, value]) => `${name}-${String(value)}`);
    const named = key === undefined || asked.key === key ? [] : [`key-${asked.key}`];
    return safeName([one.name, ...(asked.quick ? ['quick'] : []), ...named, ...others].join('-'));
  }
}

type Given<Table> = Values<Table> & {
  readonly key: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly threads: number | undefined;
  readonly quick: boolean;
  readonly fresh: boolean;
  readonly repeat: string | undefined;
};
