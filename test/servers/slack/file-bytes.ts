import type { IncomingMessage, ServerResponse } from "node:http";

import type { Slack } from "./core.ts";

/** The bytes of an upload: sent raw, or as a form with one file as the SDK does. */
export async function receiveUpload(
  url: URL,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  slack: Slack,
): Promise<void> {
  const [, , , teamId = "", fileId = ""] = url.pathname.split("/");
  const file = slack.world.teams.get(teamId)?.files.get(fileId);
  const bytes = await fileIn(request, body);
  if (!file || file.bytes || !bytes || bytes.length !== Number(url.searchParams.get("length"))) {
    slack.violations.push(
      `upload to ${url.pathname}: unknown, used before, or not of the length that was promised`,
    );
    response.writeHead(400).end("invalid upload");
    return;
  }
  file.bytes = bytes;
  response.writeHead(200, { "content-type": "text/plain" }).end(`OK - ${bytes.length}`);
}

async function fileIn(request: IncomingMessage, body: Buffer): Promise<Buffer | null> {
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return body;
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  for (const [, value] of form) {
    if (typeof value !== "string") return Buffer.from(await value.arrayBuffer());
  }
  return null;
}

/** `url_private`: the bytes for a token with `files:read`; for anyone else a login page with status 200, as Slack sends. */
export function sendFile(url: URL, request: IncomingMessage, response: ServerResponse, slack: Slack): void {
  const [teamId = "", fileId = ""] = (url.pathname.split("/")[2] ?? "").split("-");
  const [scheme, value = ""] = (request.headers.authorization ?? "").split(" ");
  const token = scheme === "Bearer" ? slack.world.tokens.get(value) : undefined;
  const allowed = token && !token.revoked && token.teamId === teamId && token.scopes.has("files:read");
  slack.journal.calls.push({
    method: "files.download",
    args: { path: url.pathname },
    team: token?.teamId ?? null,
    at: slack.world.now(),
    status: 200,
    answer: { ok: Boolean(allowed) },
  });
  slack.journal.changed();
  if (!allowed) {
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8" })
      .end("<!DOCTYPE html><title>Slack</title>");
    return;
  }
  const file = slack.world.teams.get(teamId)?.files.get(fileId);
  if (!file?.bytes || !file.shared) {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, { "content-type": file.mimetype, "content-length": file.bytes.length })
    .end(file.bytes);
}
