import { requireKeys } from '../errors/options.js';
import { type AreaMethod, areaVariables, levyAreas, pathError, requireAreaMethod } from './levy-area.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';

/**
 * Milstein for noise that does not commute: Y' = Y + b h + Σ_k b^k ΔW^k + Σ_(j,k) L^j b^k I_(j,k), with
 * I_(j,k) = ½ (ΔW^j ΔW^k − h δ_jk) + A_jk and Lévy areas A by a chosen approximation.
 *
 * Weak order 1 for general noise. Strong order 1 with a Fourier method whose number of terms grows like 1/h (Fourier, Milstein) or 1/√h
 * (Mrongowius–Rößler), which is what a certificate measures; with a fixed number of terms it ends at ½, with an error that {@link areaError}
 * gives. With `'davie'` and `'foster'` the areas have the right law to their second moments but are not those of the
 * path: strong order ½. Asks for the Jacobian of σ. A step takes m² products of it and the variables of the method. Where the
 * columns of σ commute, `milstein` has the same order without areas.
 *
 * @param options - `area`, default `{ kind: 'foster' }`.
 * @throws SdeError `value` for fewer than one Fourier term.
 * @see [kloeden1992, (10.3.3)]
 * @see [mrongowius2022]
 */
export function milsteinGeneral(options: { readonly area?: AreaMethod } = {}): TracedScheme<'jacobians'> {
  requireKeys<Parameters<typeof milsteinGeneral>[0] & object>(options, { area: true }, 'milsteinGeneral({ area })');
  const { area = { kind: 'foster' } } = options;
  requireAreaMethod(area, 'milsteinGeneral({ area })');
  const given = withAreas({ kind: 'two-point' });
  const areas = { given, error: (m: number, refinement: number) => pathError(refined(area, refinement), m) };
  return defineScheme<'jacobians'>({ ...withAreas(area), areas });
}

/** With the terms that strong order 1 asks for on steps so many times smaller; not rounded, so that no rounding is taken for an order. */
function refined(area: AreaMethod, refinement: number): AreaMethod {
  if (!('terms' in area)) return area;
  const growth = area.kind === 'mrongowius-roessler' ? Math.sqrt(refinement) : refinement;
  return { ...area, terms: area.terms * growth };
}

function withAreas(area: AreaMethod): TracedScheme<'jacobians'> {
  const series = 'terms' in area;
  const law = area.kind === 'two-point' ? 'two-point' : 'gaussian';
  return defineScheme<'jacobians'>({
    name: `Milstein (${series ? `${area.kind}, ${area.terms} term${area.terms === 1 ? '' : 's'}` : area.kind})`,
    citation: 'kloeden1992',
    order: { weak: 1, strong: series ? 1 : 1 / 2, ode: 1 },
    calculus: 'ito',
    noise: ['general'],
    driver: {
      increments: 'gaussian',
      auxiliary: (m) => Array.from({ length: areaVariables(area, m) }, () => law),
    },
    needs: 'jacobians',
    step({ algebra, h, sqrtH, y, dW, auxiliary, time, drift, diffusion, diffusionAlongNoise }) {
      const { constant, add, subtract, multiply } = algebra;
      type V = typeof h;
      const t = time(0);
      const columns = diffusion(t, y);
      const along = diffusionAlongNoise(t, y);
      const A = levyAreas(algebra, { h, sqrtH, dW }, area, auxiliary);
      const terms: Term<V>[] = [[h, drift(t, y)], ...dW.map((increment, k): Term<V> => [increment, columns[k]])];
      dW.forEach((left, j) => {
        dW.forEach((right, k) => {
          const product = multiply(left, right);
          const symmetric = multiply(constant(1 / 2), j === k ? subtract(product, h) : product);
          terms.push([add(symmetric, A[j][k]), along[j][k]]);
        });
      });
      return combine(algebra, y, terms);
    },
  });
}
