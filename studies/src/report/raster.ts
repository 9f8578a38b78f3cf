import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/** An SVG as PNG at twice its size, with the fonts that come with the package: without a named font all text would vanish. */
export function png(svg: string): Uint8Array {
  const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const drawn = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      loadSystemFonts: false,
      fontFiles: FILES.map((name) => join(folder, name)),
      defaultFontFamily: 'DejaVu Sans',
    },
  });
  return drawn.render().asPng();
}
