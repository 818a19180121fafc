/**
 * Where a delivery stands on Discord: one message or several, sent by the bot or by a webhook. As text it is
 * `C1/M1,M2` or `C1/M1,M2/H1`; it comes back to us when the delivery is edited or taken back.
 */
export interface MessageIds {
  readonly channel: string;
  readonly ids: readonly string[];
  /** The webhook that wrote them. */
  readonly hook: string | null;
}

export function writeIds({ channel, ids, hook }: MessageIds): string {
  return [channel, ids.join(","), ...(hook === null ? [] : [hook])].join("/");
}

/** Throws a `TypeError` for text that this adapter did not write. */
export function readIds(text: string): MessageIds {
  const [channel = "", ids = "", hook] = text.split("/");
  const list = ids.split(",").filter(Boolean);
  if (channel === "" || list.length === 0) throw new TypeError(`not a place on Discord: ${text}`);
  return { channel, ids: list, hook: hook ?? null };
}
