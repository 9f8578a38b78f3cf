import { png } from '../report/raster.js';
import type { RunFolder } from '../run-folder/run-folder.js';
import type { MainResult } from './main-result.js';
import { allFigures, figures } from './report/figures.js';
import { page } from './report/page.js';
import { resultText } from './result-file.js';

/** Writes report, plots, weights and result into a run's folder. */
export async function writeRun(folder: RunFolder, result: MainResult, z: number, command: string): Promise<void> {
  const pictures = figures(result, z);
  for (const { name, svg } of allFigures(pictures)) {
    await folder.write(`plots/${name}.svg`, svg);
    await folder.write(`plots/${name}.png`, png(svg));
  }
  for (const { noise, network } of result.noises)
    await folder.write(`networks/${noise}.json`, `${JSON.stringify(network)}\n`);
  await folder.write('networks/two-digits.json', `${JSON.stringify(result.twoDigits.network)}\n`);
  await folder.write('result.json', resultText(result));
  await folder.write('report.html', page(result, pictures, z, command));
}
