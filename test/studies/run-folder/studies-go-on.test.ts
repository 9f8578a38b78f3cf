import { inline, key } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { certificateOf, certifiedSchemes } from '#studies/certificates/certificates';
import { keptCertificates } from '#studies/certificates/kept-certificates';
import { closedForms } from '#studies/closed-forms/cases';
import { closedFormStudy } from '#studies/closed-forms/closed-form-study';
import { controlCases, controlStudy, controlTable } from '#studies/control/control-study';
import { costCases, costStudy } from '#studies/multilevel/cost-study';
import { exactJson } from '#studies/run-folder/exact-json';
import { type Parts, partsOver } from '#studies/run-folder/parts';

class Killed extends Error {}

/** Parts in memory; the process is `killed` after so many have been kept. */
function memory(texts: Map<string, string>, kills: { left: number }): Parts {
  const keep = (name: string, text: string): void => {
    if (kills.left === 0) throw new Killed();
    kills.left--;
    texts.set(name, text);
  };
  return partsOver({
    load: async (name) => texts.get(name),
    save: async (name, text) => keep(name, text),
    saveNow: keep,
    refuse: (name, reason) => expect.fail(`${name}: ${reason}`),
  });
}

/** Runs a study, killed after each part in turn, each time gone on with; returns what it came to, and how often it was killed. */
async function killed<T>(study: (parts: Parts) => Promise<T>): Promise<{ readonly result: T; readonly kills: number }> {
  const texts = new Map<string, string>();
  for (let kills = 0; ; kills++) {
    try {
      return { result: await study(memory(texts, { left: 1 })), kills };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

describe('a study that is killed after every part', () => {
  it('of multilevel costs comes to the same', async () => {
    const [one] = costCases();
    const tolerances = [8e-3, 4e-3, 2e-3];
    const study = (parts?: Parts) => costStudy(one, { tolerances, key: key('go on'), backend: inline(), parts });
    const { result, kills } = await killed(study);
    expect(kills).toBe(tolerances.length - 1);
    expect(exactJson(result)).toBe(exactJson(await study()));
  });

  it('of closed forms comes to the same', async () => {
    const cases = closedForms().filter(({ name }) => /in log S|exit time/.test(name));
    const quantlib = { kind: 'absent', reason: 'not asked for' } as const;
    const study = (parts?: Parts) => closedFormStudy({ rounds: 2, clock: () => 0, cases, quantlib, parts });
    const { result, kills } = await killed(study);
    expect(kills).toBe(2 * cases.length - 1);
    expect(exactJson(result)).toBe(exactJson(await study()));
  });

  it('of certificates comes to the same', async () => {
    // Those of every scheme take half a minute: all but a few are kept already.
    const texts = new Map<string, string>();
    const entries = certifiedSchemes();
    const few = entries.slice(0, 2);
    const any = exactJson(certificateOf(few[0]));
    for (const { scheme } of entries.slice(2)) texts.set(scheme.name, any);
    await expect(keptCertificates(memory(texts, { left: 1 }))).rejects.toThrow(Killed);
    const certificates = await keptCertificates(memory(texts, { left: 1 }));
    for (const entry of few) expect(exactJson(certificates(entry))).toBe(exactJson(certificateOf(entry)));
  });

  it('of controls comes to the same, from within its search', async () => {
    const [whole] = controlCases();
    const one = {
      ...whole,
      sizes: { ...whole.sizes, depth: 3 },
      grid: { reach: 6, points: 41, substeps: 2 },
      equation: { ...whole.equation, iterations: 6 },
      stages: [
        { epochs: 1, learningRate: 0.01 },
        { epochs: 1, learningRate: 0.001 },
      ],
      samples: 2,
    };
    const study = async (parts?: Parts) => {
      const { equation, gradients, judged, difference, ...rest } = await controlStudy(one, {
        key: key('go on'),
        parts,
      });
      return exactJson({
        theta: equation.outcome.theta.data,
        history: equation.outcome.history,
        losses: gradients.losses,
        judged,
        difference,
        table: controlTable({ equation, gradients, judged, difference, ...rest }),
      });
    };
    const { result, kills } = await killed((parts) => study(parts));
    // Two stages and three judgements, and where the search stood.
    expect(kills).toBeGreaterThanOrEqual(5);
    expect(result).toBe(await study());
  });
});
