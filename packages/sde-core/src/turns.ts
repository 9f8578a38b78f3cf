/** Long work, in one go or in turns with other work, to the same bits. */
export { inOneGo, inTurns, requireNoSignal, type TurnOptions, turn, type Work } from './turns/work.js';
