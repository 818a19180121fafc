import { type APIMessage, type RawFile, Routes } from "discord.js";

import type { SendContext } from "../../src/adapter.ts";
import type { Attachment } from "../../src/domain.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import type { Api } from "./api.ts";
import { failure } from "./failures.ts";
import { plainLine } from "./text.ts";

const MB = 1024 * 1024;
/** What a bot may upload with one message where nobody has boosted the server. */
const MOST_OUT = 10 * MB;
/** What we take in: more would only be refused by the platform that it is meant for. */
const MOST_IN = 20 * MB;
const MOST_FILES = 10;

export interface Files {
  readonly files: readonly RawFile[];
  /** A line for each that could not be taken along, with the reason. */
  readonly notes: readonly string[];
}

/**
 * The files of a delivery, fetched from wherever they are. What cannot be had or is too large is told in a note. Throws
 * `delivery_unreached` when a file may be there later: nothing has been sent by then.
 */
export async function collectFiles(
  attachments: readonly Attachment[],
  { fetchFile }: Pick<SendContext, "fetchFile">,
): Promise<Files> {
  const files: RawFile[] = [];
  const notes: string[] = [];
  let room = MOST_OUT;
  for (const attachment of attachments) {
    const { name, bytes, mimeType } = attachment;
    const refuse = (why: string) => notes.push(`${plainLine(name)} (${sizeOf(bytes)}) is not here: ${why}`);
    if (files.length === MOST_FILES) refuse(`Discord takes ${MOST_FILES} files in a message.`);
    else if (bytes > room) refuse(tooLarge(bytes));
    else {
      try {
        const data = Buffer.from(await fetchFile(attachment));
        if (data.length > room) {
          refuse(tooLarge(data.length));
          continue;
        }
        room -= data.length;
        files.push({ name: fileName(name), data, ...(mimeType !== "" && { contentType: mimeType }) });
      } catch (error) {
        if (error instanceof DeskhandError && error.retryable) throw laterPerhaps(error);
        refuse(messageOf(error));
      }
    }
  }
  return { files, notes };
}

/**
 * The bytes of a file on Discord. The address is asked for anew each time, because Discord signs them for a day; it is
 * never passed on. Throws `attachment_unavailable`.
 */
export async function fetchAttachment(
  attachment: Attachment,
  api: Api,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const [channel = "", message = "", id = ""] = attachment.ref.split("/");
  if (attachment.bytes > MOST_IN) throw unavailable(`it is larger than ${sizeOf(MOST_IN)}`);
  try {
    const { attachments } = await api.get<APIMessage>(Routes.channelMessage(channel, message), { signal });
    const file = attachments.find((one) => one.id === id);
    if (!file) throw unavailable("it was taken out of its message");
    if (file.size > MOST_IN) throw unavailable(`it is larger than ${sizeOf(MOST_IN)}`);
    return await download(file.url, signal);
  } catch (error) {
    const { code, message: why, retryable } = failure(error);
    if (code === "attachment_unavailable") throw error;
    throw unavailable(why, { cause: error, retryable });
  }
}

async function download(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw unavailable(`Discord answered ${response.status}`, { retryable: response.status >= 500 });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_IN) throw unavailable(`it is larger than ${sizeOf(MOST_IN)}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unavailable(why: string, options: { cause?: unknown; retryable?: boolean } = {}): DeskhandError {
  return new DeskhandError("attachment_unavailable", why, options);
}

function laterPerhaps(cause: DeskhandError): DeskhandError {
  return new DeskhandError("delivery_unreached", `A file cannot be fetched now: ${cause.message}`, {
    cause,
    retryable: true,
    ...(cause.retryAfterMs !== undefined && { retryAfterMs: cause.retryAfterMs }),
  });
}

function tooLarge(bytes: number): string {
  return bytes > MOST_OUT
    ? `Discord takes up to ${sizeOf(MOST_OUT)}.`
    : `together with the other files it is over ${sizeOf(MOST_OUT)}.`;
}

/** Without what would make a path or break the header that carries it. */
function fileName(name: string): string {
  return name.replaceAll(/[\\/"\p{Cc}]/gu, "_").slice(-100) || "file";
}

function sizeOf(bytes: number): string {
  return bytes >= MB
    ? `${(bytes / MB).toFixed(bytes % MB === 0 ? 0 : 1)} MB`
    : `${Math.ceil(bytes / 1024)} KB`;
}
