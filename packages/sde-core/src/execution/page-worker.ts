// The entry of a Web Worker.
import { serve } from './serve.js';
import type { Answer, Asked } from './worker-protocol.js';

/** What is used of a worker's global scope. */
interface WorkerScope {
  postMessage(message: Answer): void;
  addEventListener(type: 'message', listen: (event: { readonly data: Asked }) => void): void;
}

// Where this file runs, it has these.
const scope = globalThis as unknown as WorkerScope;

serve({
  post: (answer) => scope.postMessage(answer),
  listen: (hear) => scope.addEventListener('message', ({ data }) => hear(data)),
});
