import { networkFromJSON, networkToJSON } from 'resnet-bridge';
import {
  type Certificate,
  certificateModels,
  certificateTable,
  certify,
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  type JointSamplingProvenance,
  json,
  key,
  milstein,
  multilevel,
  parseStudy,
  problem,
  quasiExpectation,
  rerun,
  SdeError,
  strongOrder,
  symbolic,
  terminal,
  weakOrder,
  workPrecision,
} from 'sde-core';
import { afterAll, describe, expect, it } from 'vitest';
import { certificatesStudy } from '#studies/certificates/study';
import { measuredLine } from '#studies/closed-forms/measured-line';
import { closedFormsStudy } from '#studies/closed-forms/study';
import { controlsStudy } from '#studies/control/study';
import { dependenciesStudy } from '#studies/dependencies/study';
import { parseResult, resultText } from '#studies/main-job/result-file';
import { multilevelStudy } from '#studies/multilevel/study';
import { exampleNetwork } from '../resnet-bridge/example-networks.js';
import { madeUpResult } from '../studies/made-up-result.js';
import { type FileEdit, nodeEdits, textEdits } from './file-edits.js';

declare global {
  var canary: number;
}

/** A kind of file: a small one, how it is read, and how what was read is written again. */
interface FileKind {
  readonly name: string;
  readonly text: string;
  /** What a program is given that reads it; a text that is no JSON never gets so far where the caller parses. */
  readonly read: (text: string) => unknown;
  /** An extra field is a figure of a warning, or a parameter, in these places. */
  readonly open?: RegExp;
}

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1/2']] });
const on = problem({ model, x0: [1], T: 1 });
const chain = (steps: number) => discretize(on, eulerMaruyama, steps);
const backend = inline();
const phi = terminal('a*x', { parameters: { a: 2 } });
const sampled = { kind: 'sampled', paths: 64, key: key(1), backend } as const;

const order = await weakOrder({ chain, steps: [1, 2], functional: phi, truth: 0.7, expected: 1, method: sampled });
const strong = await strongOrder({
  problem: on,
  scheme: eulerMaruyama,
  steps: [1, 2],
  paths: 64,
  key: key(1),
  backend,
});
const work = await workPrecision({
  candidates: [
    { name: 'a', chain, expected: 1 },
    { name: 'b', chain: (steps) => discretize(on, milstein, steps), expected: 1 },
  ],
  steps: [1, 2],
  functional: phi,
  truth: 0.7,
  tolerance: 0.1,
  method: sampled,
});

/** A result with one noise and few points, so that every node can be edited. */
function smallResult(): string {
  const result = madeUpResult();
  const [noise] = result.noises;
  const { study, paths, training } = noise;
  const levels = study.levels.slice(0, 1);
  const few = (path: (typeof paths)['flow']) => path.slice(0, 1);
  const { levels: refined, ...ways } = result.twoDigits.ways;
  const warnings = [{ kind: 'heavy-tail', message: 'a sentence', levels: [{ refinement: 1, share: 0.5 }] }] as const;
  return resultText({
    ...result,
    twoDigits: { ...result.twoDigits, ways: { ...ways, levels: refined.slice(0, 1) } },
    noises: [
      {
        ...noise,
        training: training.slice(0, 1),
        study: { ...study, levels, warnings },
        paths: {
          ...paths,
          network: [few(paths.network[0])],
          modified: [few(paths.modified[0])],
          flow: few(paths.flow),
        },
      },
    ],
  });
}

const certificate = certify(eulerMaruyama, { models: certificateModels('ito').slice(0, 1) });

/** A result of each study, as small as it can be. */
const judgement = {
  equation: { mean: 0.5, error: 'Infinity', warnings: [{ kind: 'order-not-observed', message: 'a sentence' }] },
  samples: [0.5],
};
const RESULTS: readonly (readonly [study: Kept, key: string | null, settings: unknown, result: unknown])[] = [
  [
    closedFormsStudy,
    null,
    { rounds: 1 },
    {
      kind: 'closed-forms',
      rows: [
        {
          name: 'a case',
          exact: 0.5,
          rungs: [{ points: 11, error: 1e-3, seconds: 0.1 }],
          orders: [2],
          extrapolated: [{ points: 11, error: 1e-5, seconds: 0.2 }],
          quantlib: [{ points: 11, error: 1e-3, seconds: 0.1 }],
        },
      ],
      rounds: 1,
    },
  ],
  [certificatesStudy, null, {}, [certificate]],
  [dependenciesStudy, null, {}, ['a line', '']],
  [
    multilevelStudy,
    'a key',
    {},
    [
      {
        name: 'a case',
        exact: 0.5,
        slope: -2,
        rows: [
          {
            tolerance: 0.1,
            covered: true,
            estimate: {
              kind: 'converged',
              mean: 0.5,
              standardError: 0.01,
              bias: 0.01,
              interval: { low: 0.4, high: 0.6, level: 0.95 },
              paths: 10,
              nonFinite: 0,
              cost: 20,
              warnings: [],
              levels: [{ steps: 1, paths: 10, mean: 0.5, variance: 0.1 }],
            },
          },
        ],
      },
    ],
  ],
  [
    controlsStudy,
    'a key',
    {},
    {
      cases: [
        {
          name: 'a case',
          noise: 'a noise',
          images: 2,
          search: {
            kind: 'stalled',
            reason: 'iterations',
            objective: 0.5,
            theta: [0.1],
            constants: { a: 0.1 },
            history: [0.5],
            warnings: [],
          },
          losses: [0.5],
          judged: { start: judgement, equation: judgement, gradients: judgement },
          difference: { network: { mean: 0, standardError: 'NaN' }, equation: { mean: 0, error: 'Infinity' } },
          reached: true,
        },
      ],
      costs: [
        {
          dimension: 1,
          stepping: 'a',
          control: 'linear',
          parameters: 1,
          solve: 0.5,
          gradient: 1,
          ratio: 2,
          overPlain: 2,
        },
      ],
    },
  ],
];

/** What a study's file is read and written by. */
interface Kept {
  readonly program: { readonly name: string };
  readonly format: { parse(text: string, name: string): unknown; write(file: never): string };
}

const KINDS: readonly FileKind[] = [
  {
    name: 'result.json',
    text: smallResult(),
    read: (text) => parseResult(text, 'result.json'),
    open: /warnings|parameters$/,
  },
  ...RESULTS.map(([{ program, format }, key, settings, result]): FileKind => {
    const provenance = { program: 'weak-limit', version: '0.1.0', environment: { node: 'v20', platform: 'linux x64' } };
    const file = { kind: program.name, version: 1, quick: true, key, settings, result, provenance };
    return {
      name: `result.json of ${program.name}`,
      text: format.write(file as never),
      read: (text) => format.parse(text, 'result.json'),
      open: /warnings|constants$/,
    };
  }),
  {
    name: 'a line of a C++ program',
    text: '{"value": 0.5, "seconds": 0.25}',
    read: (text) => measuredLine(text, 'lines'),
  },
  ...[order, strong, work].map((study) => ({
    name: `a study: ${study.kind}`,
    text: json(study),
    read: (text: string) => JSON.parse(json(parseStudy(text))),
    open: /warnings|parameters$/,
  })),
  {
    name: 'a network',
    text: JSON.stringify(networkToJSON(exampleNetwork({ horizon: 0.7 }))),
    read: (text) => networkToJSON(networkFromJSON(text)),
  },
  {
    name: 'a certificate',
    text: JSON.stringify(certificate),
    read: (text) => {
      const data = parsed(text) as Certificate;
      certificateTable(data);
      return data;
    },
  },
];

/** JSON.parse, as a caller would use it; what it refuses never reaches us. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SdeError('data', { what: 'no JSON', where: 'JSON.parse', expected: '', got: '', remedy: '' }, { cause });
  }
}

/** What is refused wherever it stands. */
const NEVER = new Set([
  'deep nesting',
  'a huge text',
  'an extra field',
  'code as a name',
  'a field __proto__',
  'a field constructor',
  'a field toString',
  'an escaped field __proto__',
  'NaN',
  'a hexadecimal number',
  'a comment',
]);
/** Words for numbers that JSON has not. */
const plainNumbers = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data), (_, value) =>
    value === null || value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? 'no number' : value,
  );

const counts = { tried: 0, refused: 0, faithful: 0 };
afterAll(() => process.stdout.write(`edits of files: ${JSON.stringify(counts)}\n`));

describe.each(KINDS)('$name', ({ name, text, read, open }) => {
  it('reads what was written', () => {
    expect(plainNumbers(read(text))).toEqual(plainNumbers(JSON.parse(text)));
  });

  it('refuses every edit, or reads exactly what is there; no text runs', () => {
    globalThis.canary = 0;
    const data: unknown = JSON.parse(text);
    let refused = 0;
    for (const edit of [...nodeEdits(data), ...textEdits(text)]) {
      counts.tried++;
      const found = attempt(edit, read);
      if (found === 'refused') {
        refused++;
        continue;
      }
      const where = `${name}, ${edit.kind} at ${edit.place}`;
      expect(open?.test(edit.place) || !NEVER.has(edit.kind), where).toBe(true);
      expect(plainNumbers(found.data), where).toEqual(plainNumbers(JSON.parse(edit.text)));
      counts.faithful++;
    }
    counts.refused += refused;
    expect(refused).toBeGreaterThan(50);
    expect(globalThis.canary).toBe(0);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('provenance', () => {
  const once = { key: key(1), backend };
  const control = { functional: terminal('x'), mean: 0.25 };
  const source = { problem: on, scheme: milstein };
  const runs: readonly (readonly [string, () => Promise<Run>, (from: never) => Promise<Run>])[] = [
    ['sampled', () => expectation(chain(2), phi, { ...once, paths: 8 }), (from) => rerun(from, chain(2), { backend })],
    [
      'sampled with a control',
      () => expectation(chain(2), phi, { ...once, paths: 8, control, confidence: 0.9 }),
      (from) => rerun(from, chain(2), { backend }),
    ],
    [
      'sampled with others',
      async () => (await expectation(chain(2), { phi, x: terminal('x') }, { ...once, paths: 8 })).phi,
      async (from: { readonly name: string }) =>
        (await rerun(from as JointSamplingProvenance, chain(2), { backend }))[from.name],
    ],
    [
      'quasi-random',
      () => quasiExpectation(chain(2), phi, { ...once, points: 8, randomizations: 2 }),
      (from) => rerun(from, chain(2), { backend }),
    ],
    [
      'multilevel',
      () => multilevel(on, milstein, phi, { ...once, tolerance: 0.3, firstPaths: 64 }),
      (from) => rerun(from, source, { backend }),
    ],
  ];

  it.each(runs)(
    '%s: every edit is refused, or gives the same number or that of what it says',
    async (_, run, again) => {
      globalThis.canary = 0;
      const first = await run();
      const data: unknown = JSON.parse(JSON.stringify(first.provenance));
      expect(await again(data as never)).toEqual(first);
      let refused = 0;
      for (const { kind, place, text } of nodeEdits(data)) {
        counts.tried++;
        try {
          const edited = parsed(text);
          const { mean, provenance } = await again(edited as never);
          const where = `${kind} at ${place}`;
          expect(/^functional(s\.\w+)?\.parameters$/.test(place) || !NEVER.has(kind), where).toBe(true);
          if (mean !== first.mean) expect(decisive(provenance), where).toEqual(decisive(edited));
          counts.faithful++;
        } catch (error) {
          if (!(error instanceof SdeError)) throw new Error(`${kind} at ${place}`, { cause: error });
          refused++;
        }
      }
      counts.refused += refused;
      expect(refused).toBeGreaterThan(200);
      expect(globalThis.canary).toBe(0);
    },
  );
});

interface Run {
  readonly mean: number;
  readonly provenance: unknown;
}

/** What decides an estimate's numbers: the rest is where and by what it was computed. */
function decisive(provenance: unknown): unknown {
  const { backend: _, determinism: __, version: ___, chain: ____, ...rest } = provenance as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest));
}

function attempt(edit: FileEdit, read: (text: string) => unknown): 'refused' | { readonly data: unknown } {
  try {
    return { data: read(edit.text) };
  } catch (error) {
    if (!(error instanceof SdeError)) throw new Error(`raw: ${edit.kind} at ${edit.place}`, { cause: error });
    return 'refused';
  }
}
