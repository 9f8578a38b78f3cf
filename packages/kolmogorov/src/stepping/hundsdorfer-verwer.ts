import { requireFinite, requireInteger, SdeError } from 'sde-core';
import type { OneStep, Stage, Stepping } from './stepping.js';

/**
 * y₀ = u + dt (A₀ u + g₀);                    yₖ = yₖ₋₁ + θ dt (A₁ₖ yₖ − A₀ₖ u)
 * z₀ = y₀ + dt/2 (A₁ y_d + g₁ − A₀ u − g₀);   zₖ = zₖ₋₁ + θ dt (A₁ₖ zₖ − A₁ₖ y_d);   u ← z_d
 */
function hundsdorferVerwerStep(theta: number): OneStep {
  return {
    step: (stage, dt, u, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const [slope, y, z] = [scratch(0), scratch(1), scratch(2)];
      slope.set(from.forcing);
      from.add(1, u, slope);
      for (let p = 0; p < u.length; p++) {
        y[p] = u[p] + dt * slope[p];
        z[p] = y[p] + (dt / 2) * (to.forcing[p] - slope[p]);
      }
      for (let k = 0; k < to.directions; k++) {
        from.addDirection(k, -theta * dt, u, y);
        to.solveLine(k, theta * dt, y);
      }
      to.add(dt / 2, y, z);
      for (let k = 0; k < to.directions; k++) {
        to.addDirection(k, -theta * dt, y, z);
        to.solveLine(k, theta * dt, z);
      }
      u.set(z);
    },
    stepTransposed: (stage: Stage, dt, rho, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const [z, y, start] = [scratch(0), scratch(1), scratch(2)];
      z.set(rho);
      y.fill(0);
      for (let k = to.directions - 1; k >= 0; k--) {
        to.solveLineTransposed(k, theta * dt, z);
        to.addDirectionTransposed(k, -theta * dt, z, y);
      }
      to.addTransposed(dt / 2, z, y);
      rho.fill(0);
      for (let k = to.directions - 1; k >= 0; k--) {
        to.solveLineTransposed(k, theta * dt, y);
        from.addDirectionTransposed(k, -theta * dt, y, rho);
      }
      // start = adjoint of y₀, slope its share: dt · start − dt/2 · z.
      for (let p = 0; p < rho.length; p++) {
        start[p] = y[p] + z[p];
        rho[p] += start[p];
        start[p] = dt * start[p] - (dt / 2) * z[p];
      }
      from.addTransposed(1, start, rho);
    },
  };
}

/** Least θ for which 2-D convection–diffusion with mixed derivatives is stable for every step. */
const STABLE_THETA = 1 / 2 + Math.sqrt(3) / 6;

/**
 * Hundsdorfer–Verwer splitting: order 2 for every θ, with mixed derivatives, in any dimension.
 *
 * Each step solves along one axis at a time, twice. θ = ½ + √3/6 (default) is stable for 2-D convection–diffusion with mixed
 * derivatives whatever the step; a smaller θ has a smaller error constant. Cost a step: 2 applications of A, 2 d line solves.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or θ is not positive.
 * @see [inthout2007]
 */
export function hundsdorferVerwer(options: { readonly steps: number; readonly theta?: number }): Stepping {
  const steps = requireInteger(options?.steps, 1, 'hundsdorferVerwer({ steps })', 'give the number of time steps');
  const theta = requireTheta(options.theta ?? STABLE_THETA, 'hundsdorferVerwer({ theta })');
  const parts = [hundsdorferVerwerStep(theta)];
  return { name: 'Hundsdorfer–Verwer', citation: 'inthout2007', order: 2, steps, splits: true, parts: () => parts };
}

/** Refuses a θ that is not a positive number. */
export function requireTheta(theta: number, where: string): number {
  requireFinite(theta, where, 'give the weight of the implicit part, from about 1/3 to 1');
  if (theta > 0) return theta;
  throw new SdeError('value', {
    what: 'the implicit weight is not positive',
    where,
    expected: 'a number > 0',
    got: String(theta),
    remedy: 'leave θ out, or give one from about 1/3 to 1',
  });
}
