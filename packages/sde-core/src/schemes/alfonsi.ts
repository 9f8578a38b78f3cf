import { squareRootForm } from '../models/square-root-form.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { saturation, squareRootMoments, squareRootProcess } from './square-root-moments.js';
import type { StepInput } from './step-input.js';

/**
 * Alfonsi's second-order scheme for the square-root process dX = (a − κ X) dt + σ √X dW, a ≥ 0.
 *
 * X' = e^(−κh/2) (√(c ψ + e^(−κh/2) X) + ½ σ ΔW)² + c ψ, c = a − ¼ σ², ψ = (1 − e^(−κh/2)) / κ, with three-point increments; from an X
 * below a threshold O(h), where that could be negative (only for σ² > 4a), one of two values that have the exact conditional mean and second moment.
 *
 * Weak order 2, proved for all a, κ and σ; X' ≥ 0 always. `quadraticExponential` has smaller errors on coarse steps, and takes Heston's model too;
 * `exactChain` has none, and runs on numbers alone. a, κ and σ are read off the coefficients of the model. One normal variable beside the increment.
 *
 * @throws SdeError `unsupported` where another model is discretized.
 * @see [alfonsi2010, theorem 2.8]
 */
export const alfonsi: TracedScheme<'coefficients'> = defineScheme({
  name: 'Alfonsi',
  citation: 'alfonsi2010',
  order: { weak: 2, strong: null, ode: 2 },
  calculus: 'ito',
  noise: ['scalar'],
  driver: { increments: 'three-point', auxiliary: () => ['gaussian'] },
  equations: {
    name: 'square root',
    expected: 'dX = κ (μ − X) dt + σ √X dW with one Wiener process',
    holds: (model) => model.noiseDimension === 1 && squareRootForm(model) === 'square-root',
  },
  step<V>(input: StepInput<V>): readonly V[] {
    const { algebra, h, y, dW, auxiliary } = input;
    const {
      add,
      constant,
      divide,
      exp,
      less,
      lessOrEqual,
      maximum,
      multiply,
      negate,
      normalCdf,
      select,
      sqrt,
      subtract,
    } = algebra;
    const [half, zero] = [constant(1 / 2), constant(0)];
    const process = squareRootProcess(input);
    const { a, kappa, xiSquared } = process;
    const halfSigma = multiply(half, process.c[0]);
    const x = maximum(y[0], zero);

    const halfH = multiply(half, h);
    const decay = exp(negate(multiply(kappa, halfH)));
    const c = subtract(a, multiply(constant(1 / 4), xiSquared));
    const shift = multiply(c, saturation(algebra, kappa, halfH));
    const root = add(sqrt(add(shift, multiply(decay, x))), multiply(halfSigma, dW[0]));
    const far = add(multiply(decay, multiply(root, root)), shift);

    // Where c < 0: from here on, `far` is ≥ 0 for the least increment, −√(3h).
    const reach = add(
      sqrt(divide(negate(shift), decay)),
      multiply(multiply(half, sqrt(xiSquared)), sqrt(multiply(constant(3), h))),
    );
    const threshold = divide(subtract(multiply(reach, reach), shift), decay);
    const isFar = select(less(c, zero), lessOrEqual(threshold, x), constant(1));

    const { mean, variance } = squareRootMoments(algebra, process, h, x);
    const alive = less(zero, mean);
    const m = select(alive, mean, constant(1));
    // √(1 − m² / E X'²), without the difference.
    const asymmetry = sqrt(divide(variance, add(variance, multiply(m, m))));
    const [up, down] = [subtract(constant(1), asymmetry), add(constant(1), asymmetry)];
    const isUp = less(normalCdf(auxiliary[0]), multiply(half, up));
    const close = select(alive, divide(m, select(isUp, up, down)), zero);
    return [select(isFar, far, close)];
  },
});
