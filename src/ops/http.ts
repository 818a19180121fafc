import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { DeskhandError, messageOf } from "../errors.ts";

/** What is asked of a running Deskhand from outside. */
export interface OpsPages {
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface Readiness {
  readonly ready: boolean;
  /** What was looked at, and how it is. Nothing of customers: whoever reaches the port may read it. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const JSON_TYPE = "application/json; charset=utf-8";
const REQUEST_MS = 10_000;

/**
 * `/healthz` (the process lives), `/readyz` (200 when it can do its work, 503 when not) and `/metrics`, read only. Port
 * 0 takes one that is free. Throws `config_invalid` when it cannot listen.
 */
export async function startOpsHttp(
  { port, host }: { readonly port: number; readonly host: string },
  pages: OpsPages,
): Promise<OpsServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      void answer(request, response, pages);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const words = `ops.http cannot listen on ${host}:${port} (${messageOf(error)}). Set another ops.http.port, or end what uses it.`;
      reject(new DeskhandError("config_invalid", words, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, pages: OpsPages): Promise<void> {
  const { status, contentType, text } = await pageFor(request, pages);
  response.writeHead(status, {
    "content-type": contentType,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow: "GET, HEAD" }),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}

async function pageFor({ method, url = "/" }: IncomingMessage, pages: OpsPages): Promise<Page> {
  if (method !== "GET" && method !== "HEAD") return json(405, { error: "only GET and HEAD" });
  try {
    switch (url.replace(/\?.*/, "")) {
      case "/healthz":
        return json(200, { status: "ok" });
      case "/readyz": {
        const { ready, checks } = await pages.readiness();
        return json(ready ? 200 : 503, { status: ready ? "ready" : "not ready", checks });
      }
      case "/metrics":
        return { status: 200, ...(await pages.metrics()) };
      default:
        return json(404, { error: "there are /healthz, /readyz and /metrics" });
    }
  } catch {
    // Why is in the log of whatever failed; a message may hold what is nobody's business here.
    return json(500, { error: "it could not be found out" });
  }
}

function json(status: number, body: unknown): Page {
  return { status, contentType: JSON_TYPE, text: `${JSON.stringify(body)}\n` };
}
