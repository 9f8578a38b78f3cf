import {
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  key,
  lorenz,
  problem,
  type SymbolicModel,
  symbolic,
  terminal,
} from 'sde-core';
import type { Benchmark } from './benchmark.js';

type Generator = 'philox4x32-10' | 'xoshiro128++';

const STEPS = 100;
const PATHS = 65_536;
const FEW = 4_096;

/** Euler–Maruyama on one thread, as in bench/limits/paths.cpp; the toolkit by its own normals: Box–Muller, and with xoshiro the ziggurat. */
export function pathBenchmarks(quick: boolean): readonly Benchmark[] {
  const paths = quick ? FEW : PATHS;
  const line = (drift: string, diffusion: string) =>
    symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] });
  const one = (generator: Generator, name: string, kind: string, model: SymbolicModel, target: number): Benchmark => {
    const x0 = Array.from({ length: model.dimension }, () => 1);
    const chain = discretize(problem({ model, x0, T: 1 }), eulerMaruyama, STEPS);
    return {
      name,
      work: paths * STEPS,
      target,
      limit: { program: 'paths', kind, sizes: [paths, STEPS] },
      toolkit: async () => {
        const backend = inline();
        try {
          const { mean, standardError } = await expectation(chain, terminal('x'), {
            paths,
            key: key('bench', { generator }),
            backend,
          });
          return { value: mean, error: standardError };
        } finally {
          await backend.close();
        }
      },
    };
  };
  const all = (generator: Generator, mark: string): readonly Benchmark[] => [
    one(generator, `paths, dX = 1.5 X dt + 0.1 X dW, ${generator}`, `gbm${mark}`, line('1.5*x', '0.1*x'), 3.3),
    one(
      generator,
      `paths, dX = (X/2 + R) dt + R dW, R = √(X² + 1), ${generator}`,
      `nl${mark}`,
      line('x/2 + sqrt(x^2 + 1)', 'sqrt(x^2 + 1)'),
      3.3,
    ),
    one(generator, `paths, Lorenz, noise 0.1 Xᵢ dWᵢ, ${generator}`, `lorenz${mark}`, lorenz({ intensity: 0.1 }), 4),
  ];
  return [...all('philox4x32-10', ''), ...all('xoshiro128++', '-xoshiro')];
}
