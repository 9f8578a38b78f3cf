import { describe, requireFinite, requireLength, requireNumbers } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { numbers } from '../expression/numbers.js';
import { type AreaMethod, areaVariables, levyAreas, requireAreaMethod } from '../schemes/levy-area.js';

/**
 * Lévy areas A_ij = ½ ∫ (W_i dW_j − W_j dW_i) over a step of h, given its increments: I_(i,j) = ½ (ΔW_i ΔW_j − h δ_ij) + A_ij, with
 * the inner integral over W_i.
 *
 * @param increments - ΔW, shape (m).
 * @param options - `h`; `method`; `normals`, standard normal and independent, as many as {@link areaVariables} says.
 * @returns shape (m, m), row-major and antisymmetric.
 * @throws SdeError `shape` for another number of normals.
 * @see [mrongowius2022]
 */
export function levyArea(
  increments: ArrayLike<number>,
  options: { readonly h: number; readonly method: AreaMethod; readonly normals: ArrayLike<number> },
): Float64Array {
  const where = 'levyArea(increments, { h, method, normals })';
  requireNumbers(increments, 'levyArea(increments)', 'give ΔW, one number for each Wiener process');
  requireKeys<typeof options>(options ?? null, { h: true, method: true, normals: true }, where, { area: 'method' });
  const { h, method, normals } = options;
  requireFinite(h, 'levyArea(increments, { h })', 'give the length of the step');
  if (h <= 0) throw noStep(h);
  requireAreaMethod(method, 'levyArea(increments, { method })');
  requireNumbers(normals, 'levyArea(increments, { normals })', 'give standard normal variables');
  const m = increments.length;
  const needed = areaVariables(method, m);
  requireLength(normals, needed, 'levyArea(increments, { normals })', `give ${needed} standard normal variables`);
  const step = { h, sqrtH: Math.sqrt(h), dW: Array.from(increments) };
  return Float64Array.from(levyAreas(numbers, step, method, Array.from(normals)).flat());
}

const noStep = (h: number): SdeError =>
  new SdeError('value', {
    what: 'not the length of a step',
    where: 'levyArea(increments, { h })',
    expected: 'a number > 0',
    got: describe(h),
    remedy: 'give T − t0 over the number of steps',
  });
