import { discretize, eulerMaruyama, problem, type SymbolicModel, schemes, terminal, toStratonovich } from 'sde-core';
import { program } from 'sde-core/execution';
import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { javascript } from '#sde-core/expression/emit';
import { walkSource } from '#sde-core/kernels/walk';
import { exactMath } from '../architecture/math-rules.js';
import { sourceFile } from '../architecture/source-file.js';
import { affineModels, curvedModels } from '../conformance/scheme-models.js';

// Generated code is held to what the sources are: what is not exact in JavaScript is a call of `numerics` by its name.
const found = (code: string): string[] => exactMath([sourceFile('generated.ts', code)]);

describe('generated code calls nothing that an engine may compute in its own way', () => {
  const operations = (Object.keys(numbers) as (keyof typeof numbers)[]).filter((name) => name !== 'constant');

  it.each(operations)('%s', (operation) => {
    const text = javascript(operation as never, ['x', 'y', 'z']);
    expect(found(`const v = ${text};`)).toEqual([]);
    const calls = [...text.matchAll(/([\w.]+)\(/g)].map(([, name]) => name).filter((name) => !name.startsWith('Math.'));
    expect(calls).toEqual(calls.length > 0 ? [operation] : []);
  });

  it('powers, whatever the exponent', () => {
    const chain = discretize(problem({ model: affineModels[1].model, x0: [1], T: 1 }), eulerMaruyama, 2);
    for (const exponent of [2, 3, 8, 9, -1, -2.5, 0.5, 1 / 3, 7.3]) {
      const made = program(chain, terminal(`x^(${exponent})`).on(chain));
      expect(made.kind).toBe('traced');
      if (made.kind === 'traced') expect(found(walkSource(made.representation))).toEqual([]);
    }
  });

  it.each(schemes.map((scheme) => [scheme.name, scheme] as const))('%s', (_, scheme) => {
    for (const { model } of [affineModels[3], affineModels[5], ...curvedModels]) {
      const equation: SymbolicModel = scheme.calculus === 'ito' ? model : toStratonovich(model);
      const on = problem({ model: equation, x0: [1.2, -0.7].slice(0, model.dimension), T: 1 });
      let made: ReturnType<typeof program>;
      try {
        const chain = discretize(on, scheme, 4);
        made = program(chain, terminal('exp(x)^2.5').on(chain));
      } catch {
        continue; // a scheme that does not take this noise
      }
      if (made.kind === 'traced') expect(found(walkSource(made.representation))).toEqual([]);
    }
  });
});
