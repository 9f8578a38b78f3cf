import { SdeError } from 'sde-core';
import { exactJson, fromExactJson } from './exact-json.js';
import type { Shape } from './shape.js';

/** Where parts of a long computation are kept as they are done. */
export interface Parts {
  /**
   * The part of that name: as it was kept, if it was and its shape is right, or computed now and kept.
   *
   * Either way it is what the kept text says, so that a run that was interrupted goes on with the same bits.
   */
  part<T>(name: string, shape: Shape<T>, compute: () => T | Promise<T>): Promise<T>;
  /** Computes on from where a part stood when it was last kept; from its start where it was not, or where `compute` refuses to resume with that. */
  goOn<S, T>(name: string, shape: Shape<S>, compute: (resume: S | undefined) => T | Promise<T>): Promise<T>;
  /** Keeps where a part stands, in place of where it stood before; of calls that follow each other closely some are passed over. */
  keep(name: string, value: unknown): void;
}

/** Texts by name, and who hears of those that are refused. */
export interface PartStore {
  load(name: string): Promise<string | undefined>;
  save(name: string, text: string): Promise<void>;
  /** The same, done when it returns. */
  saveNow(name: string, text: string): void;
  refuse(name: string, reason: string): void;
}

/** Between two states of a part that are kept: what may be lost, and far more than it takes to keep one. */
const APART_MS = 5000;

/** Parts over texts. */
export function partsOver(store: PartStore): Parts {
  const read = async <T>(name: string, shape: Shape<T>): Promise<{ readonly value: T } | undefined> => {
    const known = await store.load(name);
    if (known === undefined) return undefined;
    try {
      return { value: shape(fromExactJson(known), '') };
    } catch (error) {
      store.refuse(name, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const kept = new Map<string, number>();
  return {
    async part(name, shape, compute) {
      const known = await read(name, shape);
      if (known) return known.value;
      const text = exactJson(await compute());
      await store.save(name, text);
      return shape(fromExactJson(text), '');
    },
    async goOn(name, shape, compute) {
      const known = await read(name, shape);
      if (known) {
        try {
          return await compute(known.value);
        } catch (error) {
          if (!(error instanceof SdeError) || !/\bresume\b/.test(error.details.where)) throw error;
          store.refuse(name, `${error.details.what}: ${error.details.got}`);
        }
      }
      return compute(undefined);
    },
    keep(name, value) {
      const now = performance.now();
      if (now - (kept.get(name) ?? Number.NEGATIVE_INFINITY) < APART_MS) return;
      kept.set(name, now);
      store.saveNow(name, exactJson(value));
    },
  };
}

/** Nothing is kept, and everything computed. */
export const NOTHING_KEPT: Parts = partsOver({
  load: async () => undefined,
  save: async () => {},
  saveNow() {},
  refuse() {},
});
