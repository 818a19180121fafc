import type { webApi } from "@slack/bolt";

import type { Attachment } from "../../src/domain.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import { readFileRef, type SlackFile } from "./file-ref.ts";
import { failureOf } from "./failures.ts";

/** Larger files are named, not passed on: they pass through our memory. */
export const LARGEST_FILE_BYTES = 20 * 1024 * 1024;

/** The bytes of a file in Slack. Throws `attachment_unavailable` with a reason that may be shown to people. */
export async function download(
  attachment: Attachment,
  client: webApi.WebClient,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const file = readFileRef(attachment.ref);
  if (!file) throw unavailable("it is not known where it is");
  refuseTooLarge(attachment.bytes);
  try {
    const url = await addressOf(file, client);
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${client.token ?? ""}` },
      // The token must not follow a redirect to another host.
      redirect: "manual",
      signal,
    });
    refuseNoFile(response, attachment);
    refuseTooLarge(Number(response.headers.get("content-length") ?? 0));
    return await read(response);
  } catch (error) {
    if (error instanceof DeskhandError && error.code === "attachment_unavailable") throw error;
    throw unavailable("Slack did not hand it out", error);
  }
}

/** What of a delivery's attachments can be sent, and why the others cannot. */
export interface Fetched {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

export async function fetchAll(
  attachments: readonly Attachment[],
  fetchFile: (attachment: Attachment) => Promise<Uint8Array>,
): Promise<Fetched> {
  const files: { name: string; bytes: Uint8Array }[] = [];
  const missing: { name: string; reason: string }[] = [];
  for (const attachment of attachments) {
    const { name } = attachment;
    try {
      refuseTooLarge(attachment.bytes);
      const bytes = await fetchFile(attachment);
      refuseTooLarge(bytes.byteLength);
      if (bytes.byteLength === 0) throw unavailable("it is empty");
      files.push({ name: freeName(name, files), bytes });
    } catch (error) {
      missing.push({ name, reason: messageOf(error) });
    }
  }
  return { files, missing };
}

/** Shares the files in one message under the place's thread; the ids that Slack gave them. Throws what Slack throws. */
export async function upload(
  files: Fetched["files"],
  place: { readonly channel: string; readonly thread?: string },
  client: webApi.WebClient,
): Promise<string[]> {
  const uploads = files.map(({ name, bytes }) => ({ file: Buffer.from(bytes), filename: name }));
  const { channel, thread } = place;
  const shared = await client.filesUploadV2(
    thread === undefined
      ? { channel_id: channel, file_uploads: uploads }
      : { channel_id: channel, thread_ts: thread, file_uploads: uploads },
  );
  return shared.files.flatMap(({ files: ids }) => ids ?? []).flatMap(({ id }) => (id ? [id] : []));
}

/** Only Slack gets the token, and whoever stands in for Slack. */
export function isSlackHost(url: URL, slackApiUrl: string): boolean {
  if (url.host === new URL(slackApiUrl).host) return true;
  return url.protocol === "https:" && (url.hostname === "slack.com" || url.hostname.endsWith(".slack.com"));
}

async function addressOf({ id, url }: SlackFile, client: webApi.WebClient): Promise<URL> {
  const found = url || (await askFor(id, client));
  const address = URL.parse(found);
  if (!address || !isSlackHost(address, client.slackApiUrl)) throw unavailable("it is not stored in Slack");
  return address;
}

async function askFor(id: string, client: webApi.WebClient): Promise<string> {
  if (id === "") return "";
  try {
    const { file } = await client.files.info({ file: id });
    return file?.url_private_download ?? file?.url_private ?? "";
  } catch (error) {
    throw unavailable("Slack does not show it to us", failureOf(error));
  }
}

/** Slack answers 200 with its login page where the token may not read the file. */
function refuseNoFile(response: Response, { name, mimeType }: Attachment): void {
  if (response.status !== 200) throw unavailable(`Slack answered with HTTP ${response.status}`);
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  const wantsPage = mimeType.startsWith("text/html") || /\.html?$/i.test(name);
  if (isPage && !wantsPage) throw unavailable("the bot may not read files (scope files:read)");
}

async function read(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    refuseTooLarge(size);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refuseTooLarge(bytes: number): void {
  if (bytes <= LARGEST_FILE_BYTES) return;
  const most = LARGEST_FILE_BYTES / 1024 / 1024;
  throw unavailable(`it is larger than ${most} MB`);
}

/** Two files of one name are told apart, here and when they are looked for. */
function freeName(name: string, taken: Fetched["files"]): string {
  let free = name;
  for (let n = 2; taken.some((file) => file.name === free); n++) free = `${n}-${name}`;
  return free;
}

function unavailable(reason: string, cause?: unknown): DeskhandError {
  return new DeskhandError("attachment_unavailable", reason, { cause });
}
