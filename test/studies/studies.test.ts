import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STUDIES, studiesPage } from '#studies/studies';
import { ROOT } from '../architecture/source-file.js';

describe('docs/studies.md', () => {
  it('is what npm run -s studies prints: run it again where this fails', () => {
    expect(studiesPage()).toBe(readFileSync(join(ROOT, 'docs/studies.md'), 'utf8'));
  });

  it('names each study by a command that there is, and the folder that it stands in', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const { name, command } of STUDIES) {
      const script = command.replace(/^npm (run )?| --$/g, '');
      expect(scripts[script]).toContain(`studies/dist/${name === 'main' ? 'main-job' : name}/command.js`);
    }
  });
});
