import { createHmac } from "node:crypto";

import type { World } from "./world.ts";

const KEY = "signed by the test server";
const LIFETIME_MS = 24 * 3_600_000;

/** As Discord signs its files: when it ends, when it was issued, and a mark that cannot be guessed. */
export function signedUrl(world: World, channelId: string, id: string, filename: string): string {
  const path = `/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
  const issued = Math.floor(world.now() / 1000).toString(16);
  const ends = Math.floor((world.now() + LIFETIME_MS) / 1000).toString(16);
  return `${world.url}${path}?ex=${ends}&is=${issued}&hm=${mark(path, ends, issued)}&`;
}

export type Served =
  | { readonly kind: "file"; readonly bytes: Buffer; readonly contentType: string }
  | { readonly kind: "refused"; readonly status: number; readonly text: string };

/** Discord answers 404 both to a link that has ended and to one that was tampered with. */
export function serveAttachment(world: World, url: URL): Served {
  const gone = { kind: "refused", status: 404, text: "This content is no longer available." } as const;
  const [ends, issued, given] = ["ex", "is", "hm"].map((name) => url.searchParams.get(name) ?? "");
  if (given !== mark(url.pathname, ends ?? "", issued ?? "")) return gone;
  if (Number.parseInt(ends ?? "0", 16) * 1000 < world.now()) return gone;
  const found = world.attachments.get(url.pathname.split("/")[3] ?? "");
  if (!found) return gone;
  return { kind: "file", bytes: found.attachment.bytes, contentType: found.attachment.contentType };
}

function mark(path: string, ends: string, issued: string): string {
  return createHmac("sha256", KEY).update(`${path} ${ends} ${issued}`).digest("hex");
}
