// A process that publishes a folder so many times over, as often as it is refused: node publisher.mjs OUT WORD TIMES
import { setTimeout as later } from 'node:timers/promises';
import { openRunFolder } from '../../../studies/dist/run-folder/run-folder.js';

const [out, word, times] = process.argv.slice(2);
let published = 0;
let refused = 0;
while (published < Number(times)) {
  const folder = await openRunFolder(out, 'run').catch((error) => {
    if (error.details?.what !== 'another run is writing this folder') throw error;
  });
  if (!folder) {
    refused++;
    continue;
  }
  // What is computed from here on is published, or lost.
  for (const name of ['one', 'two/deep', 'three']) await folder.write(name, `${word} ${published}`);
  if (word === 'hold') {
    process.stdout.write('holding\n');
    await later(60_000);
  }
  await folder.publish();
  published++;
  await folder.discard();
}
process.stdout.write(`${JSON.stringify({ published, refused })}\n`);
