/** Where a file of Slack's is, as the `ref` of an attachment. The URL alone opens nothing without the bot's token. */
export interface SlackFile {
  readonly team: string;
  /** Empty when Slack did not name it. */
  readonly id: string;
  /** `url_private_download`, or `url_private`; empty where Slack shows only a stub of a shared file. */
  readonly url: string;
}

/** `T1/F1/<url>`. */
export function toFileRef({ team, id, url }: SlackFile): string {
  return [team, id, Buffer.from(url, "utf8").toString("base64url")].join("/");
}

/** Null for a ref that this adapter did not make. */
export function readFileRef(ref: string): SlackFile | null {
  const [team, id, url, ...rest] = ref.split("/");
  if (team === undefined || id === undefined || url === undefined || rest.length > 0) return null;
  return { team, id, url: Buffer.from(url, "base64url").toString("utf8") };
}
