import { fileURLToPath } from 'node:url';
import type { ClosedForm, QuantlibCase } from './closed-form.js';
import { ladderPoints, type Rung } from './ladder.js';
import { measuredLine } from './measured-line.js';
import type { NativeProgram, NativeSource } from './native-program.js';

/** The driver over QuantLib's finite differences: ours, compiled where QuantLib is installed. */
export const QUANTLIB: NativeSource = {
  file: fileURLToPath(new URL('../../../bench/limits/quantlib.cpp', import.meta.url)),
  flags: ['-O2', '-std=c++17', '-lQuantLib'],
  needs: { header: 'ql/version.hpp', name: 'QuantLib', debian: 'libquantlib0-dev' },
};

/** In one dimension QuantLib gets two finer grids more, so that errors meet which the toolkit reaches by extrapolation. */
const MORE_IN_ONE_DIMENSION = 2;

/** QuantLib's values on grids of as many points and steps as the toolkit's three, and finer ones, each solved once. */
export async function quantlibRungs(
  program: NativeProgram & { readonly kind: 'ready' },
  one: ClosedForm,
  { kind, parameters, size }: QuantlibCase,
  signal?: AbortSignal,
): Promise<readonly Rung[]> {
  const sizes = [...ladderPoints(one)];
  const more = size(one.points).points.length === 1 ? MORE_IN_ONE_DIMENSION : 0;
  for (let i = 0; i < more; i++) sizes.push(2 * sizes[sizes.length - 1] - 1);
  const printed = await program.run(
    [
      kind,
      ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
      ...sizes.map(size).map(({ points, steps }) => `size=${points.join('x')}/${Math.round(steps)}`),
    ],
    signal,
  );
  return printed
    .trim()
    .split('\n')
    .map((text, i) => {
      const { value, seconds } = measuredLine(text, 'bench/limits/quantlib.cpp');
      return { points: sizes[i], error: value - one.exact, seconds };
    });
}
