import { addAll, addAllTransposed } from '../operators/operator.js';
import type { OneStep } from './stepping.js';

/**
 * (I − θ dt A₁) u ← u + (1 − θ) dt (A₀ u + g₀) + θ dt g₁, for θ in (0, 1].
 *
 * With one matrix M = I − θ dt A at both ends, M⁻¹ (I + (1 − θ) dt A) = M⁻¹ / θ − (1 − θ)/θ: no product.
 */
export function thetaStep(theta: number): OneStep {
  const explicit = (1 - theta) / theta;
  return {
    theta,
    step: (stage, dt, u, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const old = scratch(0);
      old.set(u);
      const same = from.matrices === to.matrices;
      const share = same ? theta : 1;
      if (!same) addAll(from, (1 - theta) * dt, old, u);
      from.addForcing(share * (1 - theta) * dt, u);
      to.addForcing(share * theta * dt, u);
      to.solve(theta * dt, u);
      if (same) for (let p = 0; p < u.length; p++) u[p] = u[p] / theta - explicit * old[p];
    },
    stepTransposed: (stage, dt, rho, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const [scaled, v] = [scratch(0), scratch(1)];
      const same = from.matrices === to.matrices;
      const share = same ? theta : 1;
      if (same) for (let p = 0; p < rho.length; p++) scaled[p] = rho[p] / theta;
      to.solveTransposed(theta * dt, same ? scaled : rho, v);
      from.addForcingTransposed(share * (1 - theta) * dt, v);
      to.addForcingTransposed(share * theta * dt, v);
      if (same) {
        for (let p = 0; p < rho.length; p++) rho[p] = v[p] - explicit * rho[p];
        return;
      }
      rho.set(v);
      addAllTransposed(from, (1 - theta) * dt, v, rho);
    },
  };
}
