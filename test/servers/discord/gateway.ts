import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";

import { WebSocketServer, type WebSocket } from "ws";

import { ok, type Routes } from "./call.ts";
import { createSession, type Session } from "./gateway-session.ts";
import type { GatewayEvent, Json, Portal, World } from "./world.ts";
import { textIn } from "./values.ts";

export interface GatewayOptions {
  readonly shards: number;
  readonly heartbeatMs: number;
}

export interface Gateway {
  readonly routes: Routes;
  /** How many sessions are connected just now. */
  connected(): number;
  readonly identifies: readonly Json[];
  readonly resumes: readonly Json[];
  /** Cuts every socket as a broken line does; what happens meanwhile is kept for RESUME. */
  drop(code?: number): void;
  /** Asks every client to reconnect (opcode 7). */
  askToReconnect(): void;
  /** INVALID_SESSION to every client; not resumable: what happened since is lost. */
  invalidate(isResumable: boolean): void;
  /** Cuts every socket and forgets the sessions: a client comes back to INVALID_SESSION, what it missed is lost. */
  loseSessions(): void;
  /** False: heartbeats stay unanswered, as on a dead line. */
  acknowledge(isOn: boolean): void;
  /** False: new sockets are refused, as when the network is down. */
  accept(isOn: boolean): void;
  /** Holds events back; they come all at once, in `order`, when released. */
  hold(): void;
  release(order?: "as sent" | "reversed"): void;
  /** Sends an event that was sent before once more (same data, a new sequence number); what is held stays before it. */
  replay(matches: (event: { readonly name: string; readonly data: Json }) => boolean): number;
  close(): void;
}

const MOST_REMEMBERED = 5_000;
const [HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK] = [
  1, 2, 3, 6, 7, 8, 9, 10, 11,
];
const PRIVILEGED = { guildMembers: 1 << 1, presences: 1 << 8, messageContent: 1 << 15 } as const;

/** Discord's gateway on the server's own port: JSON, no compression. */
export function startGateway(server: Server, world: World, options: GatewayOptions): Gateway {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const sent: GatewayEvent[] = [];
  const held: GatewayEvent[] = [];
  const identifies: Json[] = [];
  const resumes: Json[] = [];
  const state = { isAcknowledging: true, isAccepting: true, isHolding: false };

  const deliver = (event: GatewayEvent) => {
    for (const session of sessions.values()) session.tell(event);
  };
  const pass = (event: GatewayEvent) => {
    if (state.isHolding) held.push(event);
    else deliver(event);
  };
  world.listeners.add((event) => {
    if (!event) return;
    sent.push(event);
    if (sent.length > MOST_REMEMBERED) sent.shift();
    pass(event);
  });

  const identify = (socket: WebSocket, data: Json): Session | undefined => {
    identifies.push(data);
    if (data["token"] !== world.token) return refuse(socket, 4004, "Authentication failed.");
    const intents = Number(data["intents"]);
    if (!Number.isInteger(intents) || intents < 0 || intents >= 2 ** 26) {
      return refuse(socket, 4013, "Invalid intent(s).");
    }
    const isForbidden = Object.entries(PRIVILEGED).some(
      ([name, bit]) => intents & bit && !world.portal[name as keyof Portal],
    );
    if (isForbidden) return refuse(socket, 4014, "Disallowed intent(s).");
    if (data["compress"] === true) world.violations.push("the client asked for compression");
    const [shard, count] = (data["shard"] ?? [0, 1]) as [number, number];
    if (!(shard >= 0 && shard < count)) return refuse(socket, 4010, "Invalid shard.");
    const session = createSession(world, { id: randomBytes(16).toString("hex"), intents, shard, count });
    sessions.set(session.id, session);
    session.attach(socket);
    session.start();
    return session;
  };

  const resume = (socket: WebSocket, data: Json): Session | undefined => {
    resumes.push(data);
    if (data["token"] !== world.token) return refuse(socket, 4004, "Authentication failed.");
    const session = sessions.get(textIn(data["session_id"]));
    if (!session) {
      socket.send(JSON.stringify({ op: INVALID, d: false }));
      return undefined;
    }
    if (!session.resume(socket, Number(data["seq"]))) return refuse(socket, 4007, "Invalid seq.");
    return session;
  };

  sockets.on("connection", (socket: WebSocket, request: IncomingMessage) => {
    const query = new URL(request.url ?? "/", "http://localhost").searchParams;
    if (query.get("v") !== "10") return socket.close(4012, "Invalid API version.");
    if (query.get("encoding") !== "json" || query.has("compress")) {
      world.violations.push(`gateway: encoding ${query.get("encoding")}, compress ${query.get("compress")}`);
      return socket.close(4002, "This server speaks plain JSON.");
    }
    let session: Session | undefined;
    socket.send(
      JSON.stringify({
        op: HELLO,
        d: { heartbeat_interval: options.heartbeatMs, _trace: [] },
        s: null,
        t: null,
      }),
    );
    socket.on("message", (raw: Buffer) => {
      const { op, d } = parse(raw.toString("utf8"));
      if (op === HEARTBEAT) {
        if (state.isAcknowledging) socket.send(JSON.stringify({ op: ACK, d: null, s: null, t: null }));
        return;
      }
      if (op === IDENTIFY || op === RESUME) {
        // After an invalid session that is resumable a client resumes on the same line.
        const isBack = op === RESUME && session?.id === (d as Json)["session_id"];
        if (session && !isBack) return socket.close(4005, "Already authenticated.");
        session = op === IDENTIFY ? identify(socket, d as Json) : resume(socket, d as Json);
        return world.changed();
      }
      if (!session) return socket.close(4003, "Not authenticated.");
      if (op !== PRESENCE && op !== MEMBERS && op !== 4 && op !== 31) socket.close(4001, "Unknown opcode.");
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", (code) => {
      session?.detach(socket);
      // A client that says goodbye ends its session; one that breaks off may come back to it.
      if (session && (code === 1000 || code === 1001)) sessions.delete(session.id);
      world.changed();
    });
  });
  server.on("upgrade", (request, socket, head) => {
    if (!state.isAccepting) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (ready) => sockets.emit("connection", ready, request));
  });

  const all = () => [...sessions.values()];
  return {
    routes: {
      get_gateway: () => ok({ url: world.url.replace("http", "ws") }),
      get_bot_gateway: () =>
        ok({
          url: world.url.replace("http", "ws"),
          shards: options.shards,
          session_start_limit: {
            total: 1000,
            remaining: 1000,
            reset_after: 0,
            max_concurrency: options.shards,
          },
        }),
    },
    connected: () => all().filter((session) => session.isConnected()).length,
    identifies,
    resumes,
    drop(code) {
      for (const socket of sockets.clients) {
        if (code === undefined) socket.terminate();
        else socket.close(code);
      }
    },
    askToReconnect() {
      for (const session of all()) session.send({ op: RECONNECT, d: null });
    },
    invalidate(isResumable) {
      for (const session of all()) {
        session.send({ op: INVALID, d: isResumable });
        if (!isResumable) sessions.delete(session.id);
      }
    },
    loseSessions() {
      sessions.clear();
      for (const socket of sockets.clients) socket.terminate();
    },
    acknowledge(isOn) {
      state.isAcknowledging = isOn;
    },
    accept(isOn) {
      state.isAccepting = isOn;
    },
    hold() {
      state.isHolding = true;
    },
    release(order = "as sent") {
      state.isHolding = false;
      const events = held.splice(0);
      for (const event of order === "reversed" ? events.toReversed() : events) deliver(event);
    },
    replay(matches) {
      const again = sent.filter(matches);
      for (const event of again) pass(event);
      return again.length;
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function refuse(socket: WebSocket, code: number, reason: string): undefined {
  socket.close(code, reason);
}

function parse(text: string): { readonly op: number; readonly d: unknown } {
  try {
    return JSON.parse(text) as { op: number; d: unknown };
  } catch {
    return { op: -1, d: null };
  }
}
