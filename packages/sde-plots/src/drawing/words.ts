import { escapeText } from './escape-text.js';
import { shortened } from './text-width.js';

/** Where and how words stand in a picture. */
export interface WordsPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** In pixels: what is longer is cut, and stands whole in the title that a pointer shows. Default: no bound. */
  readonly room?: number;
  /** In pixels, default 12. */
  readonly size?: number;
  readonly weight?: 'bold';
  readonly fill?: string;
}

/** Words as an SVG text element. */
export function words(text: string, place: WordsPlace): string {
  const { x, y, anchor = 'start', room = Number.POSITIVE_INFINITY, size = 12, weight, fill = 'currentColor' } = place;
  const short = shortened(text, room, size);
  const whole = short === text ? '' : `<title>${escapeText(text)}</title>`;
  const look = `${size === 12 ? '' : ` font-size="${size}"`}${weight ? ` font-weight="${weight}"` : ''}`;
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}"${look}>${whole}${escapeText(short)}</text>`;
}
