/** One measured error. */
export interface PlottedError {
  readonly h: number;
  /** Signed. */
  readonly error: number;
  /** 0 for an exact measurement. */
  readonly standardError: number;
  /** Drawn pale where it is not told from 0. Default true. */
  readonly resolved?: boolean;
}

/** One set of errors in a picture. */
export interface ErrorSeries {
  readonly label: string;
  readonly points: readonly PlottedError[];
  /** What theory says of |error|, drawn as a line: |constant| · h^order. With a label it stands in the legend. */
  readonly predicted?: { readonly constant: number; readonly order: number; readonly label?: string };
}

/** A log–log picture of errors over steps. */
export interface ErrorPlotOptions {
  readonly series: readonly ErrorSeries[];
  /** Orders drawn as dashed reference lines. Default none. */
  readonly slopes?: readonly number[];
  readonly title: string;
  /** Words at the right, above the frame. Default none. */
  readonly note?: string;
  /** Default `step h`. */
  readonly xLabel?: string;
  /** What the ticks of the first axis are: the steps that were taken (`steps`, the default), or round numbers. */
  readonly xTicks?: 'steps' | 'round';
  /** Drawn as a dotted horizontal line, for what errors are held against. Default none. */
  readonly tolerance?: number;
  /** Default `|weak error|`. */
  readonly yLabel?: string;
  /** Of the bars. Default 0.95. */
  readonly confidence?: number;
  /** In pixels. Default 640 × 440. */
  readonly width?: number;
  readonly height?: number;
}
