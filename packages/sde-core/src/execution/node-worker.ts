// The entry of a worker thread of Node.
import { parentPort } from 'node:worker_threads';
import { serve } from './serve.js';

serve({
  post: (answer) => parentPort?.postMessage(answer),
  listen: (hear) => parentPort?.on('message', hear),
});
