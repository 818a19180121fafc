import { PermissionsBitField, type PermissionsString } from "discord.js";

/** What we do in a channel. `text` and `forum` are where customers write. */
export type Use = "text" | "forum" | "desk";

export interface Need {
  readonly permission: PermissionsString;
  /** As Discord's settings call it. */
  readonly title: string;
  readonly uses: readonly Use[];
  /** Without a `must` something is only less good; Deskhand does not start where one is missing. */
  readonly must: boolean;
  /** What does not work without it. */
  readonly without: string;
}

/** The one list: the doctor checks it channel by channel, and the invite link asks for it. */
export const NEEDS: readonly Need[] = [
  {
    permission: "ViewChannel",
    title: "View Channel",
    uses: ["text", "forum", "desk"],
    must: true,
    without: "Deskhand does not see what is written there",
  },
  {
    permission: "SendMessages",
    title: "Send Messages",
    uses: ["desk"],
    must: true,
    without: "no card can be posted",
  },
  {
    permission: "SendMessagesInThreads",
    title: "Send Messages in Threads",
    uses: ["text", "forum", "desk"],
    must: true,
    without: "nothing can be said in a thread",
  },
  {
    permission: "CreatePublicThreads",
    title: "Create Public Threads",
    uses: ["text", "desk"],
    must: true,
    without: "questions and cards get no thread",
  },
  {
    permission: "ReadMessageHistory",
    title: "Read Message History",
    uses: ["text", "forum", "desk"],
    must: true,
    without: "threads cannot be opened, and what was said while Deskhand was away is not seen",
  },
  {
    permission: "AttachFiles",
    title: "Attach Files",
    uses: ["text", "forum", "desk"],
    must: true,
    without: "messages with files between customers and staff are refused",
  },
  {
    permission: "AddReactions",
    title: "Add Reactions",
    uses: ["text", "forum", "desk"],
    must: false,
    without: "people do not see on their own words whether a person got them",
  },
  {
    permission: "ManageWebhooks",
    title: "Manage Webhooks",
    uses: ["text", "forum"],
    must: false,
    without: "staff answers show Deskhand's name, with the person's in bold",
  },
  {
    permission: "ManageThreads",
    title: "Manage Threads",
    uses: ["forum"],
    must: false,
    without: "posts do not show their state as a tag",
  },
];

/** Adds Deskhand to a server, with what it needs and nothing more. */
export function inviteLink(applicationId: string): string {
  const permissions = new PermissionsBitField(NEEDS.map(({ permission }) => permission)).bitfield;
  return `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot%20applications.commands&permissions=${permissions}`;
}

export function missingNeeds(has: bigint, use: Use): Need[] {
  const set = new PermissionsBitField(has);
  return NEEDS.filter(({ permission, uses }) => uses.includes(use) && !set.has(permission));
}
