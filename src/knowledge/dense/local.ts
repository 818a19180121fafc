import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { Embedder } from "./embedder.ts";

/** Vectors of this model, made from texts as `units.ts` makes them. */
const MODEL = "local:minilm-l6-v2";
/** An engine that dies this often in a row will die again. */
const DEATHS_UNTIL_GIVEN_UP = 3;

interface Job {
  readonly text: string;
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  job: Job | null;
}

/**
 * MiniLM (all-MiniLM-L6-v2, 384 dimensions) in worker threads, because its engine is synchronous and takes some 25 ms
 * for a question and 200 ms for a passage. Nothing is loaded before the first text (about 0.3 s and 250 MB a thread).
 * Threads keep the process alive only while they have work.
 */
export function localEmbedder({ threads = 1 }: { readonly threads?: number } = {}): Embedder {
  const urgent: Job[] = [];
  const patient: Job[] = [];
  const running: Thread[] = [];
  let deaths = 0;

  function work(): void {
    for (const thread of running) if (!thread.job) give(thread);
    const waiting = urgent.length + patient.length;
    while (running.length < threads && running.length < waiting + busy()) give(start());
  }

  function busy(): number {
    return running.filter((thread) => thread.job).length;
  }

  /** One text at a time, so that a question waits for one passage at most. */
  function give(thread: Thread): void {
    thread.job = urgent.shift() ?? patient.shift() ?? null;
    if (!thread.job) return thread.worker.unref();
    thread.worker.ref();
    thread.worker.postMessage(thread.job.text);
  }

  function start(): Thread {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    const thread: Thread = { worker, job: null };
    running.push(thread);
    worker.on("message", (answer: Float32Array | string) => {
      const { job } = thread;
      thread.job = null;
      if (typeof answer === "string") job?.reject(new Error(answer));
      else {
        deaths = 0;
        job?.resolve(answer);
      }
      work();
    });
    worker.on("error", (error) => lost(thread, error));
    worker.on("exit", (code) => lost(thread, new Error(`the embedding thread ended with code ${code}`)));
    return thread;
  }

  function lost(thread: Thread, error: unknown): void {
    const at = running.indexOf(thread);
    if (at === -1) return;
    running.splice(at, 1);
    deaths += 1;
    const cause = error instanceof Error ? error : new Error(String(error));
    thread.job?.reject(cause);
    if (deaths < DEATHS_UNTIL_GIVEN_UP) return work();
    for (const job of [...urgent.splice(0), ...patient.splice(0)]) job.reject(cause);
  }

  return {
    model: MODEL,
    async embed(texts, options = {}) {
      const queue = options.urgent ? urgent : patient;
      const vectors = texts.map(
        async (text) =>
          new Promise<Float32Array>((resolve, reject) => {
            queue.push({ text, resolve, reject });
          }),
      );
      work();
      return Promise.all(vectors);
    },
    async close() {
      const workers = running.splice(0);
      const closed = new Error("closed");
      for (const job of [...urgent.splice(0), ...patient.splice(0)]) job.reject(closed);
      await Promise.all(
        workers.map(async ({ worker, job }) => {
          const exited = once(worker, "exit");
          await worker.terminate();
          await exited.catch(() => undefined);
          job?.reject(closed);
        }),
      );
    },
  };
}
