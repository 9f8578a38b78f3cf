import {
  type Certificate,
  certify,
  defineScheme,
  platen,
  ri1,
  rs1,
  type Scheme,
  type SchemeDriver,
  type StepInput,
  sra3,
  type TracedScheme,
  w2ito1,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

/** A step that sees another world than its scheme declares. */
function distorted(
  scheme: TracedScheme<'coefficients'>,
  name: string,
  distort: <V>(input: StepInput<V>) => StepInput<V>,
  driver: SchemeDriver = scheme.driver,
): Scheme {
  return defineScheme({ ...scheme, name, needs: 'coefficients', driver, step: (input) => scheme.step(distort(input)) });
}

function expectRefuted(certificate: Certificate, model: string): void {
  expect(certificate.verdict).toBe('refuted');
  expect(certificate.failure?.model).toBe(model);
  expect(certificate.reason).toContain(`'${model}'`);
  expect(certificate.measured).toBeLessThan(certificate.declared - 1 / 4);
}

describe('a scheme with a known defect is refuted, on the first model that shows it', () => {
  it('noise of one channel broadcast to every component', () => {
    const scheme = distorted(platen, 'broadcast', (input) => ({
      ...input,
      diffusion: (t, x) => {
        const columns = input.diffusion(t, x);
        return columns.map((column) =>
          columns.length === column.length && column.length > 1
            ? column.map(() => column.reduce(input.algebra.add))
            : column,
        );
      },
    }));
    const certificate = certify(scheme);
    expectRefuted(certificate, 'additive, moving, m = 2');
    expect(certificate.measured).toBeLessThan(0.1);
  });

  it.each([
    ['Platen', platen],
    ['W2Ito1', w2ito1],
    ['RI1', ri1],
  ] as const)('%s with every stage at time t', (_, scheme) => {
    const frozen = distorted(scheme, 'frozen times', (input) => ({ ...input, time: () => input.time(0) }));
    expectRefuted(certify(frozen), 'additive, moving, m = 2');
  });

  it.each([
    ['the earlier one of the pair, in RI1', ri1, (k: number) => k],
    ['the later one of the pair, in Platen', platen, (_: number, l: number) => l - 1],
  ] as const)('two-point variables that pairs share, for three Wiener processes: of %s', (_, scheme, owner) => {
    // One sign a process instead of one a pair: pairs in the order (0,1), (0,2), …, (1,2), ….
    const shared = distorted(
      scheme,
      'shared signs',
      (input) => {
        const { noiseDimension: m, auxiliary } = input;
        const pairs = Array.from({ length: m }, (__, k) =>
          Array.from({ length: m - k - 1 }, (___, i) => auxiliary[owner(k, k + 1 + i)]),
        ).flat();
        return { ...input, auxiliary: pairs };
      },
      { increments: 'three-point', auxiliary: (m) => Array.from({ length: Math.max(0, m - 1) }, () => 'two-point') },
    );
    const certificate = certify(shared);
    expect(certificate.verdict).toBe('refuted');
    expect(certificate.failure?.noiseDimension).toBe(3);
    // Only second moments see it: by the mean alone the scheme would pass.
    expect(certificate.failure?.first).toBeGreaterThan(1.9);
    expect(certificate.failure?.second).toBeLessThan(1.1);
    // With two processes there is one pair, and nothing to share.
    for (const row of certificate.rows) if (row.noiseDimension < 3) expect(row.verdict).toBe('confirmed');
  });

  it('a Lévy area of a Stratonovich scheme that is symmetric', () => {
    // The sign of the pair turns with the order of the pair: multiplying the second column by the sign symmetrizes it.
    const symmetric: Scheme = defineScheme({
      ...rs1,
      name: 'symmetric areas',
      needs: 'coefficients',
      driver: { increments: 'three-point', auxiliary: () => [] },
      step: (input) => rs1.step({ ...input, auxiliary: [input.algebra.constant(0)] }),
    });
    const certificate = certify(symmetric);
    expect(certificate.verdict).toBe('refuted');
    expect(certificate.failure?.noise).toBe('general');
  });

  it('the wrong sign in the second weights of SRA3', () => {
    const wrong: Scheme = defineScheme({
      ...sra3,
      name: 'SRA3 with β2·c1 = 1',
      needs: 'coefficients',
      step(input) {
        const right = sra3.step(input);
        const { algebra, sqrtH, dW, auxiliary, time, diffusion, y } = input;
        // β2 = (1, −1, 0) instead of (−1, 1, 0): twice (σ(t + h) − σ(t)) I_(k,0) / h too much.
        const [end, start] = [diffusion(time(1), y), diffusion(time(0), y)];
        return right.map((value, i) =>
          dW.reduce((sum, increment, k) => {
            const zeta = algebra.multiply(algebra.constant(1 / Math.sqrt(3)), algebra.multiply(sqrtH, auxiliary[k]));
            const integral = algebra.add(increment, zeta);
            const slope = algebra.subtract(end[k][i], start[k][i]);
            return algebra.add(sum, algebra.multiply(slope, integral));
          }, value),
        );
      },
    });
    expectRefuted(certify(wrong), 'additive, moving, m = 2');
  });

  it('no noise at all', () => {
    const deaf = distorted(platen, 'deaf', (input) => ({
      ...input,
      dW: input.dW.map(() => input.algebra.constant(0)),
    }));
    expectRefuted(certify(deaf), 'additive');
  });

  it('the other integral: an Itô scheme that calls itself Stratonovich', () => {
    const other: Scheme = defineScheme({
      ...platen,
      name: 'mislabelled',
      calculus: 'stratonovich',
      needs: 'coefficients',
    });
    const certificate = certify(other);
    expectRefuted(certificate, 'linear');
    expect(certificate.measured).toBeLessThan(0.1);
  });

  it('an order that is declared too high', () => {
    const proud: Scheme = defineScheme({
      ...rs1,
      name: 'proud',
      order: { ...rs1.order, weak: 2 },
      needs: 'coefficients',
    });
    expect(certify(proud).verdict).toBe('confirmed');
    const euler: Scheme = defineScheme({
      name: 'proud Euler',
      citation: 'maruyama1955',
      order: { weak: 2, strong: null, ode: 1 },
      calculus: 'ito',
      noise: ['general'],
      driver: { increments: 'three-point', auxiliary: () => [] },
      step: ({ algebra, h, y, dW, time, drift, diffusion }) => {
        const [f, g] = [drift(time(0), y), diffusion(time(0), y)];
        return y.map((value, i) =>
          dW.reduce(
            (sum, increment, k) => algebra.add(sum, algebra.multiply(g[k][i], increment)),
            algebra.add(value, algebra.multiply(h, f[i])),
          ),
        );
      },
    });
    const certificate = certify(euler);
    expectRefuted(certificate, 'additive');
    expect(certificate.measured).toBeCloseTo(1, 1);
  });
});
