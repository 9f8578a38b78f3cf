import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { allowed, escapeText } from './escape-text.js';
import { type LegendItem, legend } from './legend.js';
import { FONT, INK, QUIET } from './palette.js';
import { textWidth } from './text-width.js';
import { words } from './words.js';

/** Of a picture, in pixels, where nothing else is said. */
export const WIDTH = 760;
const HEIGHT = 420;

/** What a drawing has beyond a plot: words around its frame. */
export interface DrawingOptions extends PlotOptions {
  /** The figure's: ids inside begin with it, so that they stay apart on one page. */
  readonly name: string;
  /** Above all, in bold; it is the picture's for who cannot see it. */
  readonly title?: string;
  readonly legend?: readonly LegendItem[];
  /** What the vertical axis shows, in a row of its own above it. */
  readonly vertical?: string;
  /** At the right end of that row. */
  readonly note?: string;
  /** What the horizontal axis shows, below it. */
  readonly horizontal?: string;
  /** What the picture leaves out, or how it is to be read: sentences below it. */
  readonly remarks?: readonly string[];
  /** The height of the whole; `height` is without title, legend and remarks. */
  readonly totalHeight?: number;
}

const TITLE_ROW = 26;
const REMARK_ROW = 15;
/** A frame is no lower than this, whatever stands around it. */
const LEAST_FRAME = 80;
const EDGE = 12;

/** Draws a plot as an SVG that needs nothing else: fonts named, background white, the legend above the frame. */
export function drawing(options: DrawingOptions): string {
  const { name, title, legend: items = [], vertical, note, horizontal, remarks = [], totalHeight, ...rest } = options;
  const { width = WIDTH, marginTop = 34, marginLeft = 70, marginRight = 24, marginBottom = 52 } = rest;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const key = legend(items, width, marginLeft);
  const lines = remarks.flatMap((remark) => wrapped(remark, width - 2 * EDGE));
  const head = (title === undefined ? 0 : TITLE_ROW) + key.height;
  const foot = lines.length * REMARK_ROW + (lines.length > 0 ? 4 : 0);
  const frame = marginTop + marginBottom + LEAST_FRAME;
  const height = totalHeight === undefined ? (rest.height ?? HEIGHT) : Math.max(totalHeight - head - foot, frame);
  const whole = height + head + foot;
  const svg = plot({
    ...rest,
    width,
    height: whole,
    marginTop: marginTop + head,
    marginLeft,
    marginRight,
    marginBottom: marginBottom + foot,
    document: document as unknown as PlotOptions['document'], // linkedom's document does what Plot asks of a browser's
    style: { fontFamily: FONT, fontSize: '12px', color: INK, background: 'white' },
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  nameClips(svg, name);
  const text = allowed(svg.outerHTML as string);
  const inside = text.indexOf('</style>') + '</style>'.length;
  const paper = `<rect width="${width}" height="${whole}" fill="white"/>`;
  const row = head + 18;
  const noteRoom = note === undefined ? 0 : Math.min(textWidth(note), (width - 2 * EDGE) / 2);
  const around = [
    title === undefined ? '' : words(title, { x: EDGE, y: 20, size: 14, weight: 'bold', room: width - 2 * EDGE }),
    `<g transform="translate(0, ${head - key.height})">${key.svg}</g>`,
    vertical ? words(vertical, { x: EDGE, y: row, room: width - 3 * EDGE - noteRoom - 10 }) : '',
    note ? words(note, { x: width - 24, y: row, anchor: 'end', room: noteRoom }) : '',
    horizontal === undefined
      ? ''
      : words(horizontal, {
          x: (marginLeft + width - marginRight) / 2,
          y: whole - foot - EDGE,
          anchor: 'middle',
          room: width - 2 * EDGE,
        }),
    ...lines.map((line, i) =>
      words(line, { x: EDGE, y: whole - 8 - (lines.length - 1 - i) * REMARK_ROW, size: 11, fill: QUIET }),
    ),
  ];
  const label = title === undefined ? '' : ` role="img" aria-label="${escapeText(title)}"`;
  return `${text.slice(0, inside)}${paper}${around.join('')}${text.slice(inside)}`.replace(
    /^<svg/,
    () => `<svg${label}`,
  );
}

/** The library numbers its clip paths a process: they are numbered a figure. */
function nameClips(svg: ReturnType<typeof plot>, name: string): void {
  const ids = new Map<string, string>();
  for (const path of svg.querySelectorAll('clipPath')) {
    const id = `${name}-clip-${ids.size + 1}`;
    ids.set(`url(#${path.getAttribute('id')})`, id);
    path.setAttribute('id', id);
  }
  for (const clipped of svg.querySelectorAll('[clip-path]')) {
    const id = ids.get(clipped.getAttribute('clip-path') ?? '');
    if (id !== undefined) clipped.setAttribute('clip-path', `url(#${id})`);
  }
}

/** Words in lines of some pixels; a word that is longer than a line is left whole. */
function wrapped(sentence: string, room: number): readonly string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.length - 1;
    if (last >= 0 && textWidth(`${lines[last]} ${word}`, 11) <= room) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
