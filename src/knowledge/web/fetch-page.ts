import { gunzipSync } from "node:zlib";

import { refuseInner } from "./addresses.ts";

/** What robots.txt is asked for, and what the site's operator sees. */
export const AGENT = "Deskhand";
const USER_AGENT = `${AGENT}/0.1 (knowledge base of a support desk; reads robots.txt)`;

const TIMEOUT_MS = 20_000;
const REDIRECTS = 5;
/** No help page is larger; a file that strayed into the sitemap is. */
const LIMIT_BYTES = 10_000_000;
const TRIES = 3;
const LONGEST_WAIT_MS = 60_000;

export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export type Fetched =
  | {
      readonly kind: "page";
      readonly url: string;
      readonly type: string;
      readonly text: string;
      readonly validators: Validators;
    }
  | { readonly kind: "not_modified" }
  /** 404 or 410: the page is no more. */
  | { readonly kind: "gone" };

export interface FetchDeps {
  /** The host that the operator named: whatever it leads to, and nothing else, is fetched. */
  readonly host: string;
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * Fetches one page of the named site. Redirects are followed within the site only; a site may answer under its name with
 * and without `www.`. Waits and tries again when it is asked to slow down. Rejects with what is wrong in words.
 */
export async function fetchPage(url: string, known: Validators | null, deps: FetchDeps): Promise<Fetched> {
  for (let tried = 1; ; tried += 1) {
    const { response, final } = await follow(url, known, deps);
    const { status } = response;
    if (status === 200) {
      const text = await textOf(response, final);
      const type = (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
      const { headers } = response;
      const validators = { etag: headers.get("etag"), lastModified: headers.get("last-modified") };
      return { kind: "page", url: final, type, text, validators };
    }
    await response.body?.cancel();
    if (status === 304 && known) return { kind: "not_modified" };
    if (status === 404 || status === 410) return { kind: "gone" };
    const busy = status === 429 || status === 503;
    if (!busy || tried === TRIES) throw new Error(`the site answered ${status}`);
    await deps.wait(retryAfter(response, tried));
  }
}

/** True for addresses on the named host: same name, give or take `www.`, and the same port or the scheme's usual one. */
export function isOnSite(url: URL, host: string): boolean {
  if (url.protocol !== "http:" && url.protocol !== "https:") return false;
  if (url.host === host) return true;
  const bare = (name: string): string => name.replace(/^www\./, "");
  return bare(url.host) === bare(host);
}

async function follow(
  start: string,
  known: Validators | null,
  { host }: FetchDeps,
): Promise<{ response: Response; final: string }> {
  let url = new URL(start);
  for (let hops = 0; hops <= REDIRECTS; hops += 1) {
    if (!isOnSite(url, host)) throw new Error(`it leads to another site (${url.host})`);
    if (url.host !== host) await refuseInner(url.hostname);
    const response = await fetch(url, {
      redirect: "manual",
      headers: {
        "user-agent": USER_AGENT,
        accept: "text/html, application/xhtml+xml, text/markdown, application/xml;q=0.9, text/plain;q=0.8",
        ...(known?.etag && { "if-none-match": known.etag }),
        ...(known?.lastModified && { "if-modified-since": known.lastModified }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new Error(`the site could not be reached (${reasonOf(error)})`, { cause: error });
    });
    const to = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || to === null) {
      return { response, final: url.href };
    }
    await response.body?.cancel();
    url = new URL(to, url);
  }
  throw new Error(`more than ${REDIRECTS} redirects`);
}

async function textOf(response: Response, url: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > LIMIT_BYTES) throw new Error(`more than ${LIMIT_BYTES / 1e6} MB`);
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  // `sitemap.xml.gz` is a file that was packed, not a packed answer, so fetch leaves it as it is.
  const isPacked = new URL(url).pathname.endsWith(".gz") && bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isPacked ? gunzipSync(bytes, { maxOutputLength: 5 * LIMIT_BYTES }) : bytes;
  return new TextDecoder(charsetOf(response, plain)).decode(plain);
}

function charsetOf(response: Response, bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 1_024)).toString("latin1");
  const named =
    /charset=["']?([\w-]+)/i.exec(response.headers.get("content-type") ?? "")?.[1] ??
    /<meta[^>]+charset=["']?([\w-]+)/i.exec(head)?.[1];
  try {
    return new TextDecoder(named).encoding;
  } catch {
    return "utf-8";
  }
}

function retryAfter(response: Response, tried: number): number {
  const said = response.headers.get("retry-after");
  const seconds = said === null ? NaN : Number(said);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : 2_000 * 2 ** tried;
  return Math.min(LONGEST_WAIT_MS, Math.max(0, ms));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
