import * as kolmogorov from 'kolmogorov';
import { symbolic } from 'sde-core';
import { DOORS } from '../kolmogorov/door/doors.js';

const { bicgstab, sinhSpaced, solveFokkerPlanck, solveKolmogorov, sparseLU, uniform } = kolmogorov;

const STEPPINGS = [
  ...['implicitEuler', 'crankNicolson', 'douglas', 'explicitEuler', 'thetaMethod', 'trBdf2', 'bdf2', 'strang'],
  ...['craigSneyd', 'modifiedCraigSneyd', 'hundsdorferVerwer'],
] as const;
const FUNCTIONS: Readonly<Record<string, unknown>> = { ...kolmogorov };

const line = {
  model: symbolic({ state: ['x'], drift: ['cos(3*t) - x'], diffusion: [['0.6 + 0.3*sin(2*t + x)']] }),
  T: 0.5,
  terminal: 'sin(x)',
  killing: '0.2 + t*x/10',
  source: 'cos(t + x)',
};
const plane = {
  model: symbolic({
    state: ['x', 'y'],
    drift: ['cos(3*t) - y', 'sin(t)*x'],
    diffusion: [
      ['0.8', '0.2*t'],
      ['0.5', '0.4'],
    ],
  }),
  T: 0.5,
  terminal: 'x > y ? exp(x/3) : 0',
  killing: '0.2 + t/10',
};

/** Every function of the package, and the solves by every stepping forth and back. */
export async function* kolmogorovLines(): AsyncGenerator<readonly [string, unknown]> {
  for (const [index, { name, call, given }] of DOORS.entries()) {
    const made = await call(...given);
    yield [`${name} · door ${index + 1}`, [made, read(made)]];
  }
  const boundary = { kind: 'dirichlet', value: 'sin(x)*exp(t - 1)' } as const;
  const curved = { kind: 'vanishing-curvature' } as const;
  for (const name of STEPPINGS) {
    // Each of these makes a stepping of a number of steps.
    const make = FUNCTIONS[name] as (options: {
      readonly steps: number;
      readonly theta?: number;
    }) => kolmogorov.Stepping;
    const stepping = make({
      steps: name === 'explicitEuler' ? 400 : 12,
      ...(name === 'thetaMethod' && { theta: 0.6 }),
    });
    const once = { grid: [sinhSpaced(-3, 3, 41, { center: 0.2, width: 0.5 })], stepping };
    const split = { grid: [uniform(-3, 3, 21), uniform(-3, 3, 17)], stepping, boundary: curved };
    const u = solveKolmogorov(line, { ...once, boundary });
    yield [`solveKolmogorov, ${name} · line`, [u, u.gradient(0.1, [0.3]), u.hessian(0.1, [0.3])]];
    yield [`solveKolmogorov, ${name} · plane`, solveKolmogorov(plane, split)];
    const law = { model: line.model, T: 0.5, killing: line.killing, initial: [0.2] };
    yield [`solveFokkerPlanck, ${name} · line`, solveFokkerPlanck(law, { ...once, boundary: { kind: 'absorbing' } })];
  }
  const wide = { grid: [uniform(-3, 3, 13), uniform(-3, 3, 13)], boundary: curved } as const;
  for (const solver of [sparseLU(), bicgstab()])
    yield [
      `solveKolmogorov, ${solver.name} · wide`,
      solveKolmogorov(plane, { ...wide, diffusion: 'wide', solver, stepping: kolmogorov.implicitEuler({ steps: 4 }) }),
    ];
  const extrapolate = { grid: [uniform(-3, 3, 41)], stepping: kolmogorov.crankNicolson({ steps: 8 }), boundary };
  const field = solveKolmogorov(line, { ...extrapolate, extrapolate: true });
  yield ['solveKolmogorov · extrapolated', [field, field.error?.(0, [0.1]), field.order?.(0, [0.1])]];
}

/** What an object of functions says where it is asked. */
function read(made: unknown): unknown {
  const of = made as kolmogorov.TransferOperator & kolmogorov.ControlObjective;
  if (typeof of.escape === 'function') return [of.expectation('sin(x)'), of.escape()];
  if (typeof of.gradient !== 'function' || typeof of.size !== 'number') return undefined;
  const theta = Float64Array.from({ length: of.size }, (_, i) => 0.1 + 0.03 * i);
  const out = new Float64Array(of.size);
  return [of.value(theta), of.gradient(theta, out), out];
}
