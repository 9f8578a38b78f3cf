import * as z from 'zod';
import { certifiedSchemes, quickSchemes } from '../certificates/certificates.js';
import { keptCertificates } from '../certificates/kept-certificates.js';
import { type Study, study } from '../command-line/study.js';
import { list, text } from '../files/fields.js';
import { replaceFile } from '../run-folder/replace-file.js';
import { SCHEME_PAGE, schemePage } from './scheme-table.js';

/** The page of the docs on every scheme. */
export const schemeTableStudy: Study<object, string[]> = study({
  name: 'scheme-table',
  about: 'Writes docs/schemes.md: every scheme with its orders and what a step of it costs.',
  common: {
    key: { never: 'nothing in it is random' },
    out: { about: "where the run's own folder is made", otherwise: 'out' },
    json: 'taken',
    threads: { never: 'certificates are made one after another, on one thread' },
    quick: { about: 'four of the schemes, and docs/schemes.md stays as it is' },
    fresh: 'taken',
    repeat: 'taken',
  },
  options: {},
  version: 1,
  settings: () => ({}),
  settingsSchema: z.strictObject({}),
  resultSchema: list(text, 1, 4096),
  async compute({ quick }, { parts, signal, progress }) {
    const schemes = quick ? quickSchemes() : certifiedSchemes();
    return schemePage(await keptCertificates(parts, { signal, schemes, progress }), schemes);
  },
  result: (page) => page.split('\n'),
  show: (page) => page,
  write: (page, folder) => folder.write('schemes.md', page),
  async after(page, { quick }, { say }) {
    if (quick) return;
    await replaceFile(SCHEME_PAGE, page);
    say(`Written: ${SCHEME_PAGE}`);
  },
});
