import type { WriteStream } from 'node:tty';
import { MultiBar, Presets } from 'cli-progress';

/** How far a computation is, with a sentence when a part of it is done. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly words?: string;
}

/** Shows how far a computation is: a bar with the time left on a terminal, a line for each part that is done elsewhere. */
export interface ProgressView {
  show(news: Progress): void;
  /** A line beside it. */
  say(words: string): void;
  close(): void;
}

export function progressView(stream: WriteStream): ProgressView {
  return stream.isTTY ? barView(stream) : lineView(stream);
}

function lineView(stream: WriteStream): ProgressView {
  return {
    show({ done, of, words }) {
      if (words) stream.write(`${String(Math.floor((100 * done) / of)).padStart(3)} %  ${words}\n`);
    },
    say(words) {
      stream.write(`${words}\n`);
    },
    close() {},
  };
}

function barView(stream: WriteStream): ProgressView {
  const started = performance.now();
  const bars = new MultiBar(
    { stream, format: '{bar} {percentage} % | {left}', hideCursor: true, clearOnComplete: true, forceRedraw: true },
    Presets.shades_classic,
  );
  const bar = bars.create(100, 0, { left: 'starting' });
  return {
    show({ done, of, words }) {
      const fraction = done / of;
      if (words) bars.log(`${words}\n`);
      const spent = (performance.now() - started) / 1000;
      const left = fraction > 0.02 ? `${duration((spent * (1 - fraction)) / fraction)} left` : 'starting';
      bar.update(Math.floor(100 * fraction), { left });
    },
    say: (words) => bars.log(`${words}\n`),
    close() {
      // What was logged is drawn with the bar, and lost with it otherwise.
      bars.update();
      bars.stop();
    },
  };
}

/** 2 min 05 s */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes > 0 ? `${minutes} min ${String(whole % 60).padStart(2, '0')} s` : `${whole} s`;
}
