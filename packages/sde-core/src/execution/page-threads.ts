import type { Thread, ThreadEars } from './thread.js';
import type { Answer, Asked } from './worker-protocol.js';

/** What is used of a Web Worker. */
interface WebWorker {
  postMessage(message: Asked): void;
  terminate(): void;
  addEventListener(type: 'message', listen: (event: { readonly data: Answer }) => void): void;
  addEventListener(type: 'error' | 'messageerror', listen: (event: { readonly message?: string }) => void): void;
}

declare const Worker: new (url: URL, options: { readonly type: 'module' }) => WebWorker;

/** Where a page does not say how many threads its machine runs. */
const FEW = 4;

/** How many threads the machine runs at once. */
export const processors = (): number => {
  const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } };
  return navigator?.hardwareConcurrency ?? FEW;
};

/** Starts a Web Worker, which ends with its page. */
export function startThread({ answered, gone }: ThreadEars): Thread {
  // Written out, as bundlers look for it.
  const worker = new Worker(new URL('./page-worker.js', import.meta.url), { type: 'module' });
  const lost = ({ message }: { readonly message?: string }): void =>
    gone(new Error(message ?? 'a Web Worker could not be loaded, or not be understood'));
  worker.addEventListener('message', ({ data }) => answered(data));
  worker.addEventListener('error', lost);
  worker.addEventListener('messageerror', lost);
  return {
    post: (asked) => worker.postMessage(asked),
    hold() {},
    async end() {
      worker.terminate();
    },
  };
}
