import { readFileSync } from 'node:fs';
import {
  baoab,
  type Certificate,
  certify,
  exponentialEuler,
  type Scheme,
  schemes,
  skRock,
  sRock2,
  symbolic,
  truncatedEuler,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { type Certified, certificateOf, certifiedSchemes } from '#studies/certificates/certificates';
import { SCHEME_PAGE, schemePage } from '#studies/scheme-table/scheme-table';

/** Half the distance between two orders that schemes can have, ½, is ¼; measured slopes are far nearer to theirs than that. */
const NEAR = 0.06;

function expectConfirmed(certificate: Certificate): void {
  expect(certificate.reason).toMatch(/^The lowest order/);
  expect(certificate.verdict).toBe('confirmed');
  expect(certificate.measured).toBeGreaterThan(certificate.declared - NEAR);
  expect(certificate.rows.length).toBeGreaterThan(0);
}

const known = new Map<string, Certificate>();
/** Measured once, for the verdict and for the page. */
const certified = (entry: Certified): Certificate => {
  const certificate = known.get(entry.scheme.name) ?? certificateOf(entry);
  known.set(entry.scheme.name, certificate);
  return certificate;
};

describe('every scheme has the orders that it declares', () => {
  it.each(certifiedSchemes().map((entry) => [entry.scheme.name, entry] as const))('%s', (_, entry) => {
    const certificate = certified(entry);
    expectConfirmed(certificate);
    // Declared is what it has: no scheme of the list is better than it says, except on single models.
    expect(certificate.measured).toBeLessThan(certificate.declared + NEAR);
    if (certificate.measuredStrong !== undefined) {
      expect(Math.abs(certificate.measuredStrong - (certificate.declaredStrong ?? Number.NaN))).toBeLessThan(NEAR);
    }
  });

  it('and the page of the docs says so, as `npm run scheme-table` makes it', () => {
    expect(readFileSync(SCHEME_PAGE, 'utf8')).toBe(schemePage(certified));
  });
});

describe('with other laws of the increments', () => {
  const pairs: readonly (readonly [Scheme, 'two-point' | 'three-point' | 'gaussian'])[] = schemes
    .filter((scheme) => scheme.order.weak <= 1 && !scheme.name.startsWith('Milstein ('))
    .slice(0, 4)
    .map((scheme) => [scheme, scheme.driver.increments === 'two-point' ? 'gaussian' : 'two-point'] as const);
  it.each(pairs.map(([scheme, law]) => [scheme.name, law, scheme] as const))('%s, %s', (_, law, scheme) => {
    expectConfirmed(certify(scheme.kind === 'traced' ? withDriver(scheme, law) : withDriver(scheme, law)));
  });
});

describe('factories', () => {
  const plane = symbolic({
    state: ['x', 'y'],
    drift: ['-0.5 * x + 0.3 * y + 0.2 * x^2', '0.2 * x - 0.4 * y + t * x * y'],
    diffusion: [
      ['0.3 + 0.2 * y', '0.4 * x'],
      ['0.25 * x * y', '0.5 + 0.2 * t'],
    ],
  });
  const inPlane = { name: 'plane', model: plane, t0: 0.4, points: [[0.7, -0.6]] };

  it('SK-ROCK with any number of stages', () => {
    for (const stages of [1, 2, 5]) expectConfirmed(certify(skRock({ stages }), { models: [inPlane] }));
  });

  it('S-ROCK2 with any number of stages', () => {
    for (const stages of [4, 7, 25]) expectConfirmed(certify(sRock2({ stages }), { models: [inPlane] }));
  });

  it('truncated Euler with other growth', () => {
    expectConfirmed(certify(truncatedEuler({ growth: 5, scale: 4 }), { models: [inPlane] }));
  });

  it('exponential Euler for any split of the drift', () => {
    for (const linear of [
      [
        [-0.5, 0.3],
        [0.2, -0.4],
      ],
      [
        [3, -2],
        [1, 7],
      ],
    ]) {
      expectConfirmed(certify(exponentialEuler({ linear }), { models: [inPlane] }));
    }
  });

  it('BAOAB has weak order 2 on Langevin equations, with the friction of the model', () => {
    const friction = 0.8;
    const langevin = symbolic({
      state: ['q', 'r', 'p', 's'],
      drift: ['p', 's', '-q - q^3 - 0.5 * r * (1 + t) - 0.8 * p', '0.3 * q^2 - 2 * r - 0.8 * s'],
      diffusion: [
        ['0', '0'],
        ['0', '0'],
        ['0.7', '0.2'],
        ['0.1', '0.5 + 0.3 * t'],
      ],
    });
    const entry = { name: 'Langevin', model: langevin, t0: 0.4, points: [[0.7, -0.6, 0.4, 0.9]] };
    expectConfirmed(certify(baoab({ friction }), { models: [entry] }));
    // With another friction than the model's, part of it stays in the force, which then depends on p: order 1.
    const other = certify(baoab({ friction: 0.3 }), { models: [entry] });
    expect(other.verdict).toBe('refuted');
    expect(other.measured).toBeGreaterThan(1 - NEAR);
  });
});
