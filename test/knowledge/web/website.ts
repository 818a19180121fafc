import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

export interface Page {
  body: string | Uint8Array;
  type?: string;
  etag?: string;
  status?: number;
  headers?: Record<string, string>;
}

/** A web site on this machine whose pages a test changes as it goes. */
export interface Website {
  readonly url: string;
  readonly pages: Map<string, Page>;
  /** What was asked for, `GET /path`, and whether it was asked with a condition. */
  readonly requests: { readonly path: string; readonly conditional: boolean; readonly agent: string }[];
  /** A sitemap of these paths. */
  sitemap(paths: readonly string[], at?: string): void;
}

export async function newWebsite(): Promise<Website> {
  const pages = new Map<string, Page>();
  const requests: { path: string; conditional: boolean; agent: string }[] = [];
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function answer({ url: path = "/", headers }: IncomingMessage, response: ServerResponse): void {
    const conditional = headers["if-none-match"] !== undefined || headers["if-modified-since"] !== undefined;
    requests.push({ path, conditional, agent: headers["user-agent"] ?? "" });
    const page = pages.get(path);
    if (!page) return void response.writeHead(404).end("nothing here");
    if (page.etag && headers["if-none-match"] === page.etag) return void response.writeHead(304).end();
    response
      .writeHead(page.status ?? 200, {
        "content-type": page.type ?? "text/html; charset=utf-8",
        ...(page.etag && { etag: page.etag }),
        ...page.headers,
      })
      .end(page.body);
  }

  return {
    url,
    pages,
    requests,
    sitemap(paths, at = "/sitemap.xml") {
      const entries = paths.map((path) => `<url><loc>${URL.canParse(path) ? path : url + path}</loc></url>`);
      pages.set(at, {
        body: `<?xml version="1.0"?><urlset>${entries.join("")}</urlset>`,
        type: "application/xml",
      });
    },
  };
}

export function html(title: string, text: string): string {
  return `<!doctype html><html><head><title>${title} | Mugs</title></head><body>
    <nav><a href="/">Home</a> <a href="/cart">Cart of wonders</a></nav>
    <main><article><h1>${title}</h1><p>${text}</p></article></main>
    <footer>Imprint and cookies</footer></body></html>`;
}
