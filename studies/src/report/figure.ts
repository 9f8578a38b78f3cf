import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { allowed, escapeText } from './escape-text.js';
import { type LegendItem, legend } from './legend.js';
import { decimalExponent, powerOfTen } from './number.js';
import { INK } from './palette.js';

export const FONT = 'DejaVu Sans, Verdana, sans-serif';
export const WIDTH = 760;

/** A picture of the report: its SVG, and the words below it. */
export interface Figure {
  /** The file's name, without its ending. */
  readonly name: string;
  readonly svg: string;
  /** One sentence for who cannot see it. */
  readonly alternative: string;
  /** What to look for. */
  readonly caption: string;
}

/** What a drawing has beyond a plot: rows above its frame. */
export interface DrawingOptions extends PlotOptions {
  /** The figure's: ids inside begin with it, so that they stay apart on one page. */
  readonly name: string;
  readonly legend?: readonly LegendItem[];
  /** What the vertical axis shows, in a row of its own. */
  readonly vertical?: string;
  /** At the right end of that row. */
  readonly note?: string;
}

/** Draws a plot as an SVG that needs nothing else: fonts named, background white, the legend above the frame. */
export function drawing(options: DrawingOptions): string {
  const { name, legend: items = [], vertical, note, marginTop = 34, width = WIDTH, height = 420, ...rest } = options;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const key = legend(items, width, rest.marginLeft ?? 70);
  const svg = plot({
    width,
    height: height + key.height,
    marginTop: marginTop + key.height,
    marginLeft: 70,
    marginRight: 24,
    marginBottom: 52,
    ...rest,
    document: document as unknown as PlotOptions['document'], // linkedom's document does what Plot asks of a browser's
    style: { fontFamily: FONT, fontSize: '12px', color: INK, background: 'white' },
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  nameClips(svg, name);
  const text = allowed(svg.outerHTML as string);
  const inside = text.indexOf('</style>') + '</style>'.length;
  const paper = `<rect width="${width}" height="${height + key.height}" fill="white"/>`;
  const row = key.height + 18;
  const label = vertical ? words(vertical, 12, row, 'start') : '';
  const corner = note ? words(note, width - 24, row, 'end') : '';
  return `${text.slice(0, inside)}${paper}${key.svg}${label}${corner}${text.slice(inside)}`;
}

/** The library numbers its clip paths a process: they are numbered a figure. */
function nameClips(svg: ReturnType<typeof plot>, name: string): void {
  const ids = new Map<string, string>();
  for (const path of svg.querySelectorAll('clipPath')) {
    const id = `${name}-clip-${ids.size}`;
    ids.set(`url(#${path.getAttribute('id')})`, id);
    path.setAttribute('id', id);
  }
  for (const clipped of svg.querySelectorAll('[clip-path]')) {
    const id = ids.get(clipped.getAttribute('clip-path') ?? '');
    if (id !== undefined) clipped.setAttribute('clip-path', `url(#${id})`);
  }
}

function words(text: string, x: number, y: number, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="currentColor">${escapeText(text)}</text>`;
}

/** 1/8 where h is one over a whole number, else three digits. */
export function stepLabel(h: number): string {
  const inverse = 1 / h;
  return Math.abs(inverse - Math.round(inverse)) < 1e-9 ? `1/${Math.round(inverse)}` : h.toPrecision(3);
}

/** 10⁻³: for powers of ten alone; other ticks stay bare. */
export function powerLabel(value: number): string {
  const [mantissa, exponent] = value.toExponential(8).split('e').map(Number);
  return mantissa === 1 ? `10${raised(exponent)}` : '';
}

/** A unit for small numbers: the power of ten that the largest of some has, with its name, such as '10⁻⁴ '; 1 and '' where all are 0. */
export function unitOf(values: readonly number[]): { readonly size: number; readonly label: string } {
  const largest = Math.max(...values.map(Math.abs));
  const exponent = largest > 0 ? decimalExponent(largest) : 0;
  return { size: powerOfTen(exponent), label: exponent === 0 ? '' : `10${raised(exponent)} ` };
}

/** 1, 2 and 5 times powers of ten between two positive numbers, for the ticks of a logarithmic axis that all have labels. */
export function decadeTicks(low: number, high: number): number[] {
  const [first, last] = [decimalExponent(low), decimalExponent(high)];
  return Array.from({ length: last - first + 1 }, (_, i) => [1, 2, 5].map((digit) => digit * powerOfTen(first + i)))
    .flat()
    .filter((tick) => low <= tick && tick <= high);
}

const raised = (exponent: number): string =>
  String(exponent)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);
