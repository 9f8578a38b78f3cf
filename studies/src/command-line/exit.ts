/** How a command ends, as its exit code: the same for every command. Stopped by a signal, it is 128 and the signal's number, as shells have it. */
export const EXIT = {
  /** Done, and nothing is wrong. */
  done: 0,
  /** Done, and something is wrong: an order is refuted, or a repeated result differs. */
  wrong: 1,
  /** What was asked for cannot be met: a misuse of the command line, a file that is not what it should be, a folder that cannot be written. */
  refused: 2,
  /** A fault of the program. */
  fault: 70,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** Signals that stop a command, and its exit code then. */
export const STOPS: Readonly<Record<'SIGHUP' | 'SIGINT' | 'SIGTERM', number>> = {
  SIGHUP: EXIT.hangup,
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
};

/** The codes in words, for a help and a page. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  [`${EXIT.done}`, 'done'],
  [`${EXIT.wrong}`, 'done, and wrong: an order is refuted, or a repeated result differs'],
  [
    `${EXIT.refused}`,
    'a request that cannot be met: a wrong command line, a damaged file, a folder that cannot be written',
  ],
  [`${EXIT.fault}`, 'a fault of the program'],
  [`${EXIT.hangup}, ${EXIT.interrupted}, ${EXIT.terminated}`, 'stopped by SIGHUP, SIGINT (Ctrl-C), SIGTERM'],
];
