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
