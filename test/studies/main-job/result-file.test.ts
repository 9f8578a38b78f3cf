import { SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#studies/command-line/difference';
import { asFirstRun, environmentChanges, optionsOf, resultText } from '#studies/main-job/result-file';
import { madeUpResult } from '../made-up-result.js';

describe('result.json', () => {
  const text = resultText(madeUpResult());

  it('is the same bytes for the same numbers, and holds no weights', () => {
    expect(resultText(madeUpResult())).toBe(text);
    expect(text).not.toContain('"network": {\n    "format"');
    expect(JSON.parse(text).noises[0].network).toBeUndefined();
  });

  it('writes what JSON has not as words and lists', () => {
    const result = madeUpResult();
    const noises = result.noises.map((n) => ({ ...n, study: { ...n.study, flow: Number.NaN } }));
    const { study } = JSON.parse(resultText({ ...result, noises })).noises[0];
    expect(study.flow).toBe('NaN');
    expect(study.levels[0].network.deviations).toEqual([0.01]);
  });

  it('gives back its options, with the device that was taken', () => {
    expect(optionsOf(text, '--repeat')).toEqual({ ...madeUpResult().options, device: 'wasm' });
  });

  it('computed again is the first run in what does not decide its numbers: the word for the device, and the place', () => {
    const again = madeUpResult();
    const elsewhere = {
      ...again,
      options: optionsOf(text, '--repeat'),
      provenance: { ...again.provenance, environment: { node: 'v22.0.0', platform: 'darwin arm64' } },
    };
    expect(madeUpResult().options.device).toBe('auto');
    expect(firstDifference(text, resultText(elsewhere))).toBe('options.device: "auto" → "wasm"');
    expect(firstDifference(text, resultText(asFirstRun(elsewhere, text)))).toBeUndefined();
    const other = { ...elsewhere, options: { ...elsewhere.options, epochs: 1 } };
    expect(firstDifference(text, resultText(asFirstRun(other, text)))).toContain('options.epochs');
  });

  it('says what of the environment differs, which no number depends on: Node, platform, and what the device calls itself', () => {
    const again = madeUpResult();
    expect(environmentChanges(text, again)).toEqual([]);
    const device = { ...again.noises[0].device, description: 'TensorFlow.js 9, WebAssembly' };
    const elsewhere = {
      ...again,
      noises: again.noises.map((noise) => ({ ...noise, device })),
      provenance: { ...again.provenance, environment: { node: 'v24.22.3', platform: 'linux arm64' } },
    };
    expect(environmentChanges(text, elsewhere)).toEqual([
      'Node v20.20.2 → v24.22.3',
      'platform linux x64 → linux arm64',
      `device ${again.noises[0].device.description} → TensorFlow.js 9, WebAssembly`,
    ]);
    expect(
      firstDifference(text, resultText(asFirstRun({ ...elsewhere, options: again.options }, text))),
    ).toBeUndefined();
    const another = {
      ...elsewhere,
      noises: again.noises.map((noise) => ({ ...noise, device: { ...device, name: 'cpu' } })),
    };
    expect(firstDifference(text, resultText(asFirstRun(another, text)))).toContain('noises[0].device.name');
  });

  it.each(['', '{', '[]', 'null', '{"kind":"other"}', text.slice(0, text.length / 2)])('refuses %.20s', (bad) => {
    expect(() => optionsOf(bad, '--repeat')).toThrow(SdeError);
  });

  it('names the first difference', () => {
    expect(firstDifference(text, text)).toBeUndefined();
    expect(firstDifference('{"a":[1,{"b":2}]}', '{"a":[1,{"b":3}]}')).toBe('a[1].b: 2 → 3');
    expect(firstDifference('{"a":1}', '{"a":1,"b":2}')).toBe('b: undefined → 2');
  });
});
