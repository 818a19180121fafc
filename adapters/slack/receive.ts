import {
  type App,
  HTTPReceiver,
  type HTTPReceiverOptions,
  type Receiver,
  SocketModeReceiver,
} from "@slack/bolt";
import type { webApi } from "@slack/bolt";

import { messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { boltLogger } from "./bolt-log.ts";

/** Holds the door: what comes after `close` is not taken in, and Slack keeps it for the next start. */
export interface Gate {
  /** Resolves once everything that was let in is finished. */
  close(): Promise<void>;
}

/**
 * Acknowledges Slack's events only when our listeners are done with them, that is once the event is on disk, and not at
 * all when they failed: then Slack delivers again.
 *
 * Bolt acknowledges events by itself before it calls any listener. Over HTTP `processBeforeResponse` would keep the
 * answer back; Socket Mode has nothing of the kind. So the acknowledgement that Bolt is given only notes that it
 * happened. Clicks, forms and commands are acknowledged by their listeners.
 */
export function acknowledgeWhenDone(app: App): Gate {
  const process = app.processEvent.bind(app);
  const underWay = new Set<Promise<void>>();
  let open = true;

  app.processEvent = async (event) => {
    if (!open) throw new Error("Deskhand is stopping; Slack delivers this again after the next start.");
    const work = event.body["event"] === undefined ? process(event) : finish(event);
    underWay.add(work);
    try {
      await work;
    } finally {
      underWay.delete(work);
    }
  };

  async function finish(event: Parameters<App["processEvent"]>[0]): Promise<void> {
    await process({ ...event, ack: async () => undefined });
    await event.ack();
  }

  return {
    async close() {
      open = false;
      await Promise.allSettled(underWay);
    },
  };
}

export interface HttpOptions extends HTTPReceiverOptions {
  readonly address: { readonly port: number; readonly host: string };
  readonly log: Log;
}

/** Answers 500 at once when an event could not be stored, so that Slack need not wait for 3 s to try again. */
export function createHttp({ log, address: { port, host }, ...options }: HttpOptions): Receiver {
  const receiver = new HTTPReceiver({
    ...options,
    logger: boltLogger(log),
    // Slack has given up by then; what is still written to disk meets its own retry there.
    unhandledRequestHandler({ response }) {
      log.warn("an event from Slack was not stored within 3 s; Slack will deliver it again");
      if (!response.headersSent) response.writeHead(503).end();
    },
    async processEventErrorHandler({ response }) {
      if (!response.headersSent) response.writeHead(500).end();
      return true;
    },
  });
  let isListening = false;
  // Without its installer showing: Bolt would insist on asking that whom an event is for, and it does not cache.
  return {
    init: (app) => receiver.init(app),
    async start() {
      const server = await receiver.start({ port, host });
      isListening = true;
      return server;
    },
    /** Bolt throws where nothing was started, and would hide why it was not. */
    async stop() {
      if (isListening) await receiver.stop();
    },
  };
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export interface SocketOptions {
  readonly appToken: string;
  readonly clientOptions: webApi.WebClientOptions;
  readonly watcher: { connected(): void; disconnected(): void };
  readonly log: Log;
}

/**
 * Socket Mode that comes back whatever happens. Bolt's own reconnecting waits five seconds even when Slack only asks
 * for a new connection, and a failed attempt of it is a rejection that nobody handles, which ends the process.
 */
export function createSocket({ appToken, clientOptions, watcher, log }: SocketOptions): SocketModeReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...clientOptions } },
    processEventErrorHandler: async () => false,
  });
  const { client } = receiver;
  const stopping = new AbortController();
  let connecting = false;

  async function reconnect(): Promise<void> {
    connecting = true;
    for (let pause = 0; !stopping.signal.aborted; pause = nextPause(pause)) {
      try {
        await wait(pause, stopping.signal);
        if (stopping.signal.aborted) break;
        await client.start();
        // Stopped while this was under way: `stop` found nothing to disconnect.
        if (stopping.signal.aborted) await client.disconnect();
        else log.info("Slack is connected again");
        break;
      } catch (error) {
        log.warn({ err: messageOf(error) }, "Slack cannot be reached; trying again");
      }
    }
    connecting = false;
  }

  client.on("connected", () => watcher.connected());
  client.on("disconnected", () => {
    watcher.disconnected();
    if (stopping.signal.aborted || connecting) return;
    log.info("the connection to Slack ended; connecting anew");
    void reconnect();
  });

  receiver.start = async () => {
    connecting = true;
    try {
      return await client.start();
    } finally {
      connecting = false;
    }
  };
  receiver.stop = async () => {
    stopping.abort();
    await client.disconnect();
  };
  return receiver;
}

function nextPause(pause: number): number {
  return Math.min(Math.max(pause * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
