import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer, type RawData, type WebSocket } from "ws";

import type { Attempt, Delivery, Transport } from "./delivery.ts";
import { isObject } from "./block-types.ts";

export interface SocketMode {
  readonly transport: Transport;
  /** The address for one connection, good once. */
  readonly newUrl: () => string;
  /** Open connections that were greeted. */
  readonly connections: () => number;
  /** How many connections there have been. */
  readonly connected: () => number;
  /** Sends `disconnect` to every connection (or the oldest ones), as Slack does when it recycles a host. */
  disconnect(reason?: "refresh_requested" | "warning" | "link_disabled", howMany?: number): void;
  /** Cuts the sockets without a word. */
  drop(howMany?: number): void;
  /** While true, frames of the client are read but acknowledgements are lost. */
  loseAcks(lose: boolean): void;
  /** Ends every connection with the handshake that the client waits for. */
  close(): Promise<void>;
}

export interface SocketModeDeps {
  readonly server: Server;
  readonly baseUrl: () => string;
  readonly appId: () => string;
  readonly ackWithinMs: number;
  readonly now: () => number;
  readonly changed: () => void;
  readonly violation: (what: string) => void;
}

const PING_EVERY_MS = 5_000;

interface Awaited {
  readonly socket: WebSocket;
  settle(failure: string | null, ack?: unknown): void;
}

/** Slack's side of Socket Mode: each delivery goes to one of the open connections, in turn. */
export function createSocketMode(deps: SocketModeDeps): SocketMode {
  const sockets = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open: WebSocket[] = [];
  const awaited = new Map<string, Awaited>();
  const wanted = new Set<() => void>();
  // The client gives a connection up that was pinged once and then not for 30 s.
  const pinging = setInterval(() => {
    for (const socket of sockets.clients) socket.ping("Ping from applink-test");
  }, PING_EVERY_MS);
  let connected = 0;
  let turn = 0;
  let losing = false;

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const ticket = url.searchParams.get("ticket") ?? "";
    if (url.pathname !== "/link/" || !tickets.delete(ticket)) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, greet);
  };
  deps.server.on("upgrade", upgrade);

  function greet(socket: WebSocket): void {
    socket.on("message", (data) => read(socket, asText(data)));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      const index = open.indexOf(socket);
      if (index !== -1) open.splice(index, 1);
      for (const one of awaited.values()) if (one.socket === socket) one.settle("timeout");
      deps.changed();
    });
    open.push(socket);
    connected += 1;
    send(socket, {
      type: "hello",
      num_connections: open.length,
      debug_info: { host: "applink-test", build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: deps.appId() },
    });
    for (const wake of wanted) wake();
    wanted.clear();
    deps.changed();
  }

  function read(socket: WebSocket, text: string): void {
    if (losing) return;
    const frame: unknown = JSON.parse(text);
    const id = isObject(frame) ? frame["envelope_id"] : undefined;
    if (!isObject(frame) || typeof id !== "string") {
      deps.violation(`socket: a frame without envelope_id: ${text}`);
      return;
    }
    // An acknowledgement that comes too late finds nobody waiting, as with Slack.
    const one = awaited.get(id);
    if (one?.socket === socket) one.settle(null, frame["payload"]);
  }

  async function connection(): Promise<WebSocket | null> {
    if (open.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deps.ackWithinMs);
        wanted.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return open[turn++ % Math.max(1, open.length)] ?? null;
  }

  async function transport(delivery: Delivery, number: number, lastFailure: string | null): Promise<Attempt> {
    const attempt: Attempt = {
      number,
      at: deps.now(),
      by: "socket",
      ackMs: null,
      ack: undefined,
      failure: null,
    };
    const socket = await connection();
    if (!socket) return { ...attempt, failure: "connection_failed" };
    const envelope = randomUUID();
    const answer = new Promise<{ failure: string | null; ack?: unknown }>((resolve) => {
      const timer = setTimeout(() => awaited.get(envelope)?.settle("timeout"), deps.ackWithinMs);
      awaited.set(envelope, {
        socket,
        settle(failure, ack) {
          clearTimeout(timer);
          awaited.delete(envelope);
          resolve({ failure, ack });
        },
      });
    });
    const sentAt = performance.now();
    send(socket, {
      envelope_id: envelope,
      type: delivery.kind,
      payload: delivery.payload,
      accepts_response_payload: delivery.kind !== "events_api",
      ...(delivery.kind === "events_api" && { retry_attempt: number, retry_reason: lastFailure ?? "" }),
    });
    const { failure, ack } = await answer;
    if (failure) return { ...attempt, failure };
    return { ...attempt, ackMs: performance.now() - sentAt, ack };
  }

  return {
    transport,
    newUrl() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${deps.baseUrl().replace(/^http/, "ws")}/link/?ticket=${ticket}&app_id=${deps.appId()}`;
    },
    connections: () => open.length,
    connected: () => connected,
    disconnect(reason = "refresh_requested", howMany = open.length) {
      for (const socket of open.slice(0, howMany)) {
        send(socket, { type: "disconnect", reason, debug_info: { host: "applink-test" } });
        if (reason !== "warning") retire(socket);
      }
    },
    drop(howMany = open.length) {
      for (const socket of open.slice(0, howMany)) socket.terminate();
    },
    loseAcks(lose) {
      losing = lose;
    },
    async close() {
      clearInterval(pinging);
      deps.server.off("upgrade", upgrade);
      await Promise.all([...sockets.clients].map(endPolitely));
      for (const one of awaited.values()) one.settle("timeout");
      for (const wake of wanted) wake();
      sockets.close();
    },
  };

  /** A connection that was told to leave gets nothing new; what it holds may still be acknowledged. */
  function retire(socket: WebSocket): void {
    const index = open.indexOf(socket);
    if (index !== -1) open.splice(index, 1);
  }
}

/** A client that does not answer the handshake is cut off after a second. */
function endPolitely(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), 1_000);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1000);
  });
}

function asText(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString("utf8");
}

function send(socket: WebSocket, frame: unknown): void {
  socket.send(JSON.stringify(frame));
}
