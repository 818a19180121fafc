import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands before several processes that serve HTTP, on 127.0.0.1. */
export interface Balancer {
  readonly url: string;
  /** How many requests each process has answered. */
  readonly answered: readonly number[];
  /** All go to this process from now on; null: to each in turn again. */
  stickTo(process: number | null): void;
  close(): Promise<void>;
}

/**
 * Gives requests to the processes in turn, and what Slack sends again to another one than before: the worst that a
 * balancer can do to them.
 */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const answered = ports.map(() => 0);
  const lastOf = new Map<string, number>();
  let next = 0;
  let only: number | null = null;

  function choose(body: string): number {
    const event = /"event_id":"([^"]+)"/.exec(body)?.[1];
    const last = event === undefined ? undefined : lastOf.get(event);
    const chosen = only ?? (last === undefined ? next++ : last + 1) % ports.length;
    if (event !== undefined) lastOf.set(event, chosen);
    return chosen;
  }

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const chosen = choose(body.toString("utf8"));
    const { method, url: path, headers } = incoming;
    const passed = request(
      { host: "127.0.0.1", port: ports[chosen], method, path, headers, agent: false },
      (answer) => {
        answered[chosen]! += 1;
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on("error", () => outgoing.headersSent || outgoing.writeHead(502).end());
    passed.end(body);
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    stickTo(process) {
      only = process;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
