import { optionalText, structured, text, type Args, type CallContext, type Methods } from "../api.ts";
import { isObject, listOf } from "../block-types.ts";
import { SlackRefusal } from "../refusal.ts";
import { fileJson } from "../wire.ts";
import { NO_FLAGS, type StoredFile } from "../world.ts";
import { joinedChannel } from "./places.ts";
import { publish, readThread } from "./posting.ts";

/** The three steps of an upload; the second one, the bytes, comes in at `/upload/v1/…`. */
export const files: Methods = {
  "files.getUploadURLExternal": {
    token: "bot",
    scopes: ["files:write"],
    run(args, { slack, team }) {
      const name = text(args, "filename");
      const length = Number(args["length"]);
      if (!Number.isInteger(length) || length < 1) throw new SlackRefusal("invalid_arguments");
      const file: StoredFile = {
        id: slack.world.id("F"),
        name,
        title: name,
        mimetype: mimetypeOf(name),
        user: team.bot.userId,
        teamId: team.id,
        bytes: null,
        shared: false,
        channels: [],
      };
      team.files.set(file.id, file);
      return {
        upload_url: `${slack.url()}/upload/v1/${team.id}/${file.id}?length=${length}`,
        file_id: file.id,
      };
    },
  },
  "files.completeUploadExternal": {
    token: "bot",
    scopes: ["files:write"],
    run(args, call) {
      const { team, slack } = call;
      const uploaded = (listOf(structured(args, "files")) ?? []).map((entry) => uploadedFile(entry, call));
      if (uploaded.length === 0) throw new SlackRefusal("invalid_arguments");
      share(uploaded, args, call);
      return { files: uploaded.map((file) => ({ ...fileJson(file, slack.url()), team: team.id })) };
    },
  },
  "files.delete": {
    token: "bot",
    scopes: ["files:write"],
    run(args, { team, slack }) {
      const id = text(args, "file");
      const file = team.files.get(id);
      if (!file) throw new SlackRefusal("file_not_found");
      if (file.user !== team.bot.userId) throw new SlackRefusal("cant_delete_file");
      team.files.delete(id);
      // The message that shared it stays, with nothing in it; a message of files alone goes with the last of them.
      for (const channel of file.channels.map((shared) => team.channels.get(shared))) {
        for (const message of channel?.messages.values() ?? []) {
          if (!message.files.includes(file)) continue;
          message.files = message.files.filter((one) => one !== file);
          if (message.files.length === 0 && message.rawText === "") message.deleted = true;
        }
      }
      slack.journal.changed();
      return {};
    },
  },
  "files.info": {
    token: "bot",
    scopes: ["files:read"],
    run(args, { team, slack }) {
      const file = team.files.get(text(args, "file"));
      if (!file?.shared) throw new SlackRefusal("file_not_found");
      return { file: fileJson(file, slack.url()) };
    },
  },
};

function uploadedFile(entry: unknown, { team }: CallContext): StoredFile {
  const id = isObject(entry) ? entry["id"] : undefined;
  const file = typeof id === "string" ? team.files.get(id) : undefined;
  if (!file || file.user !== team.bot.userId || !isObject(entry)) throw new SlackRefusal("file_not_found");
  if (!file.bytes) throw new SlackRefusal("file_update_failed");
  if (typeof entry["title"] === "string") file.title = entry["title"];
  return file;
}

function share(uploaded: readonly StoredFile[], args: Args, call: CallContext): void {
  const id = optionalText(args, "channel_id") ?? optionalText(args, "channels");
  const channel = id ? joinedChannel(id, call) : null;
  const threadTs = channel ? readThread(args, channel) : undefined;
  for (const file of uploaded) {
    file.shared = true;
    if (channel) file.channels.push(channel.id);
  }
  if (!channel) return;
  const draft = {
    text: optionalText(args, "initial_comment") ?? "",
    blocks: null,
    attachments: null,
    metadata: null,
    flags: NO_FLAGS,
  };
  publish(draft, { channel, threadTs, files: uploaded }, call);
}

export function mimetypeOf(name: string): string {
  const types: Record<string, string> = {
    txt: "text/plain",
    log: "text/plain",
    md: "text/markdown",
    csv: "text/csv",
    json: "application/json",
    pdf: "application/pdf",
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    gif: "image/gif",
  };
  return types[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
