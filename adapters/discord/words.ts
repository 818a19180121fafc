/** Names for the ids in a text; undefined for what nobody knows. */
export interface Names {
  user(id: string): string | undefined;
  role(id: string): string | undefined;
  channel(id: string): string | undefined;
}

/** Who we are in a guild: mentions of these are about us. */
export interface Self {
  readonly user: string;
  /** The role that Discord made for us in this guild; people mention it by mistake for us. */
  readonly role: string | null;
}

const MARKUP =
  /<(?:@!?(?<user>\d+)|@&(?<role>\d+)|#(?<channel>\d+)|a?:(?<emoji>\w+):\d+|t:(?<time>-?\d+)(?::[a-zA-Z])?|\/(?<command>[^:<>]+):\d+|id:(?<guide>\w+)|(?<link>https?:\/\/[^\s<>]+))>/g;

const LARGEST_TIME_S = 8_640_000_000_000;

/** Discord's markup as words: mentions by name, times as a date, our own mention left out. */
export function toWords(content: string, self: Self, names: Names): string {
  const words = content.replaceAll(MARKUP, (whole, ...rest) => {
    const groups: Record<string, string | undefined> = rest.at(-1);
    const { user, role, channel, emoji, time, command, guide, link } = groups;
    if (user !== undefined) return user === self.user ? "" : `@${names.user(user) ?? "somebody"}`;
    if (role !== undefined) return role === self.role ? "" : `@${names.role(role) ?? "a role"}`;
    if (channel !== undefined) return `#${names.channel(channel) ?? "a channel"}`;
    if (emoji !== undefined) return `:${emoji}:`;
    if (time !== undefined) return dateOf(Number(time)) ?? whole;
    if (command !== undefined) return `/${command}`;
    return link ?? (guide === undefined ? whole : `the server's ${guide} page`);
  });
  return words.replaceAll(/[ \t]{2,}/g, " ").trim();
}

function dateOf(seconds: number): string | null {
  if (Math.abs(seconds) > LARGEST_TIME_S) return null;
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
