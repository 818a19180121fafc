/**
 * What a delivery became: messages by their timestamp, files by their id. Messages that only one person saw are not
 * in it: Slack lets nobody change them.
 */
export interface SentIds {
  readonly channel: string;
  readonly messages: readonly string[];
  readonly files: readonly string[];
}

/** `C1:1700000000.000100,1700000000.000200,F1`. */
export function toMessageId({ channel, messages, files }: SentIds): string {
  return `${channel}:${[...messages, ...files].join(",")}`;
}

/** Null for an id that this adapter did not give. */
export function readMessageId(messageId: string): SentIds | null {
  const [channel, list, ...rest] = messageId.split(":");
  if (!channel || list === undefined || rest.length > 0) return null;
  const ids = list.split(",").filter((id) => id !== "");
  return {
    channel,
    messages: ids.filter((id) => /^\d+\.\d+$/.test(id)),
    files: ids.filter((id) => id.startsWith("F")),
  };
}
