import {
  type Boundary,
  type BoundaryInput,
  bdf2,
  controlled,
  controlObjective,
  crankNicolson,
  type DiffusionDifference,
  dualityDefect,
  explicitEuler,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  monotonicity,
  pointsOf,
  type Stepping,
  sinhSpaced,
  solveHJB,
  solveKolmogorov,
  solveObstacle,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { type Model, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const stepping = implicitEuler({ steps: 1 });
const uneven = sinhSpaced(-2, 2, 15, { center: 0.3, width: 0.7 });
const own = pointsOf([-1, -0.8, -0.5, -0.3, 0, 0.3, 0.7, 1, 1.2, 1.5]);
const axes = [uneven, own, uniform(-1, 1, 8)];
const state = ['x', 'y', 'z'];
const still = (diffusion: (string | number)[][]): Model =>
  symbolic({
    state: state.slice(0, diffusion.length),
    drift: diffusion.map(() => 0),
    diffusion: diffusion.map((row) => row.map(String)),
  });

const COVARIANCES: [string, Model][] = [
  ['rank one', still([[1], [0.37]])],
  ['rank one against the axes, varying', still([['cos(2*y)'], ['-0.8*sin(x + 1)']])],
  [
    'correlation 0.99 of unlike variances',
    still([
      [1, 0],
      [0.099, 0.1 * Math.sqrt(1 - 0.99 ** 2)],
    ]),
  ],
  ['vanishing at some nodes', still([['sin(x)'], ['-sin(y)*cos(x)']])],
  ['rank one in space', still([[1], [0.7], ['-0.4*cos(x)']])],
  [
    'rank two in space',
    still([
      [1, 0],
      [0.9, 0.1],
      ['x', -0.8],
    ]),
  ],
];
const SIDES: Boundary[] = [
  { kind: 'absorbing' },
  { kind: 'dirichlet', value: 't + x' },
  { kind: 'reflecting' },
  { kind: 'neumann', slope: 0.3 },
  { kind: 'robin', weight: -0.5, slopeWeight: 1, value: 0.2 },
  { kind: 'periodic' },
  { kind: 'vanishing-curvature' },
];

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

describe.each(COVARIANCES)('wide differences, %s', (_, model) => {
  const grid = model.dimension === 2 ? axes.slice(0, 2) : [own, ...axes.slice(2), uniform(0, 1, 6)];

  const report = (diffusion: DiffusionDifference, boundary: Boundary) =>
    monotonicity({ model, T: 1 }, { grid, boundary, diffusion, stepping });

  test.each(SIDES)('make an M-matrix with $kind sides', (side) => {
    const { monotone, worst } = report('wide', side);
    expect(worst).toBeUndefined();
    expect(monotone).toBe(true);
  });

  test('do so where central ones do not', () => {
    expect(report('central', { kind: 'reflecting' }).monotone).toBe(false);
  });

  test.each(SIDES.slice(2, 4))('keep constants, to rounding, with $kind sides', (side) => {
    const { size, rowStart, value } = generatorMatrix(
      { model, T: 1 },
      { grid, boundary: side, diffusion: 'wide', stepping },
      0,
    );
    for (let p = 0; p < size; p++) {
      const row = value.subarray(rowStart[p], rowStart[p + 1]);
      const scale = row.reduce((sum, entry) => sum + Math.abs(entry), 0);
      expect(Math.abs(row.reduce((sum, entry) => sum + entry, 0))).toBeLessThanOrEqual(
        row.length * Number.EPSILON * scale,
      );
    }
  });
});

/** Mean and largest |A φ − L φ| for φ = sin(x + 2 y) on the torus, where σ turns with x. */
const truncation = (n: number, diffusion: DiffusionDifference): [number, number] => {
  const axis = uniform(-Math.PI, Math.PI, n + 1);
  const { size, rowStart, column, value } = generatorMatrix(
    { model: still([['cos(x)'], ['sin(x)']]), T: 1 },
    { grid: [axis, axis], boundary: { kind: 'periodic' }, diffusion, stepping },
    0,
  );
  const place = (p: number): [number, number] => [axis.points[Math.floor(p / (n + 1))], axis.points[p % (n + 1)]];
  let [sum, most] = [0, 0];
  for (let p = 0; p < size; p++) {
    if (rowStart[p] === rowStart[p + 1]) continue;
    const [x, y] = place(p);
    let image = ((Math.cos(x) + 2 * Math.sin(x)) ** 2 / 2) * Math.sin(x + 2 * y);
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      const [xq, yq] = place(column[e]);
      image += value[e] * Math.sin(xq + 2 * yq);
    }
    sum += Math.abs(image);
    most = Math.max(most, Math.abs(image));
  }
  return [sum / n ** 2, most];
};

describe('the order of second differences', () => {
  test('wide: 1 in the mean and at the worst node, for a rank-one σσᵀ of all directions', () => {
    const [coarse, fine] = [truncation(32, 'wide'), truncation(128, 'wide')];
    for (const norm of [0, 1]) {
      const order = Math.log(coarse[norm] / fine[norm]) / Math.log(4);
      expect(order).toBeGreaterThan(0.85);
      expect(order).toBeLessThan(1.3);
    }
  });

  test('central and directional: 2', () => {
    for (const diffusion of ['central', 'directional'] as const) {
      const [coarse, fine] = [truncation(32, diffusion), truncation(64, diffusion)];
      for (const norm of [0, 1]) {
        expect(Math.log2(coarse[norm] / fine[norm])).toBeGreaterThan(1.9);
        expect(Math.log2(coarse[norm] / fine[norm])).toBeLessThan(2.1);
      }
    }
  });

  test('wide is exact for quadratic functions where σ leads from node to node, and where narrow differences are monotone', () => {
    const square = [uniform(-1, 1, 33), uniform(-1, 1, 33)];
    for (const [c, e, extra] of [
      [1, 1, 0],
      [1, -2, 0],
      [3, 1, 0],
      [0, 1, 0],
      [1, 0.6, 0.8],
    ]) {
      const model = still([
        [c, 0],
        [e, extra],
      ]);
      const { rowStart, column, value } = generatorMatrix(
        { model, T: 1 },
        { grid: square, boundary: { kind: 'absorbing' }, diffusion: 'wide', stepping },
        0,
      );
      const phi = (p: number): number => {
        const [x, y] = [square[0].points[Math.floor(p / 33)], square[1].points[p % 33]];
        return x * x - 3 * x * y + 2 * y * y + x;
      };
      // ½ a:∇² φ at the node in the middle, whose arms of at most three cells are not cut.
      const exact = c * c - 3 * c * e + 2 * (e * e + extra * extra);
      let image = 0;
      for (let j = rowStart[544]; j < rowStart[545]; j++) image += value[j] * phi(column[j]);
      // Entries are up to a / Δx² = 10 · 256.
      expect(Math.abs(image - exact)).toBeLessThan(2560 * 16 * Number.EPSILON);
    }
  });
});

describe('⟨u, ρ⟩ is constant to rounding', () => {
  const unsplit: Stepping[] = [
    implicitEuler({ steps: 5 }),
    crankNicolson({ steps: 5 }),
    trBdf2({ steps: 5 }),
    bdf2({ steps: 5 }),
    explicitEuler({ steps: 40 }),
  ];
  const split: Stepping[] = [modifiedCraigSneyd({ steps: 5 }), hundsdorferVerwer({ steps: 5 })];
  const cases: [DiffusionDifference, Stepping][] = [
    ...unsplit.map((each): [DiffusionDifference, Stepping] => ['wide', each]),
    ...[...unsplit.slice(1, 3), ...split].map((each): [DiffusionDifference, Stepping] => ['directional', each]),
  ];
  const model = symbolic({
    state: ['x', 'y'],
    drift: ['sin(3*x) - y*(1 + 0.3*t)', '0.5*x - y'],
    diffusion: [['0.5 + 0.2*cos(x + t)'], ['0.4*sin(x - y)']],
  });

  test.each(cases)('%s, $name', (diffusion, each) => {
    const boundaries: BoundaryInput[] = [
      ...SIDES,
      [
        { lower: { kind: 'absorbing' }, upper: { kind: 'robin', weight: 0.3, slopeWeight: 1, value: 0.1 } },
        { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } },
      ],
    ];
    for (const boundary of boundaries) {
      const defect = dualityDefect(
        { model, T: 1, terminal: 'cos(x) + 1', killing: '0.1 + t*x^2', source: 't*x' },
        [0.1, 0.3],
        { grid: axes.slice(0, 2), boundary, diffusion, drift: 'hybrid', stepping: each },
      );
      // Sums of numbers of size O(1), rounded at most some tens of times a step.
      expect(Math.abs(defect)).toBeLessThan(each.steps * 50 * Number.EPSILON);
    }
  });
});

describe('a way to take second derivatives', () => {
  const plane = still([[1], [0.5]]);
  const grid = [uniform(-1, 1, 7), uniform(-1, 1, 7)];
  const problem = { model: plane, T: 1, terminal: '1' };

  test('is one and the same in one dimension', () => {
    const line = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
    const matrix = (diffusion: DiffusionDifference) =>
      generatorMatrix({ model: line, T: 1 }, { grid: [uneven], diffusion, stepping }, 0);
    expect(matrix('wide')).toEqual(matrix('central'));
    expect(matrix('directional')).toEqual(matrix('central'));
  });

  const refused: [string, string, () => unknown][] = [
    [
      'an unknown one',
      'value',
      () => solveKolmogorov(problem, { grid, stepping, diffusion: 'sideways' as DiffusionDifference }),
    ],
    [
      'wide with a stepping that splits',
      'unsupported',
      () => solveKolmogorov(problem, { grid, stepping: hundsdorferVerwer({ steps: 2 }), diffusion: 'wide' }),
    ],
    [
      'wide with extrapolation',
      'unsupported',
      () => solveKolmogorov(problem, { grid, stepping, diffusion: 'wide', extrapolate: true }),
    ],
    [
      'wide with a gradient',
      'unsupported',
      () =>
        controlObjective(
          {
            model: symbolic({
              state: ['x', 'y'],
              drift: ['a', '0'],
              diffusion: [['1'], ['0.5']],
              parameters: { a: 0 },
            }),
            parameters: ['a'],
            T: 1,
            terminal: 'x',
            initial: [0, 0],
          },
          { grid, stepping, diffusion: 'wide', intervals: 1 },
        ),
    ],
    [
      'directional differences for feedback control',
      'unsupported',
      () =>
        solveHJB(
          {
            model: controlled({ state: ['x', 'y'], control: ['r'], drift: ['r', '0'], diffusion: [['1'], ['0.5']] }),
            T: 1,
            controls: { r: [-1, 1] },
          },
          { grid, stepping, diffusion: 'directional' },
        ),
    ],
    [
      'directional in space without dominance',
      'unsupported',
      () =>
        solveKolmogorov(
          { model: still([[1], [0.7], [0.4]]), T: 1, terminal: '1' },
          { grid: [...grid, grid[0]], stepping: hundsdorferVerwer({ steps: 2 }), diffusion: 'directional' },
        ),
    ],
  ];
  test.each(refused)('refuses %s', (_, code, act) => {
    expect(codeOf(act)).toBe(code);
  });

  test('wide makes a stopping problem with correlation an M-matrix problem', () => {
    const model = still([
      ['0.3*x', 0],
      ['0.27*y', '0.13*y'],
    ]);
    const problem = { model, T: 0.5, killing: 0.05, terminal: 'max(2 - x - y, 0)' };
    const options = {
      grid: [uniform(0, 3, 21), uniform(0, 3, 21)],
      boundary: [0, 1].map(() => ({ lower: { kind: 'degenerate' }, upper: { kind: 'vanishing-curvature' } }) as const),
      diffusion: 'wide',
      stepping: implicitEuler({ steps: 5 }),
    } as const;
    expect(monotonicity(problem, options).monotone).toBe(true);
    const stopped = solveObstacle({ ...problem, obstacle: 'max(2 - x - y, 0)' }, options);
    expect(stopped.kind).toBe('converged');
    const held = solveKolmogorov(problem, options).slice(0).data;
    const { data } = stopped.value.slice(0);
    // M-matrices keep order, to rounding of numbers up to 2.
    for (let p = 0; p < data.length; p++) expect(data[p]).toBeGreaterThanOrEqual(held[p] - 1e3 * Number.EPSILON);
    expect(data[0]).toBe(2);
    expect(held[0]).toBeLessThan(2);
  });
});
