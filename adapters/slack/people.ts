import type { webApi } from "@slack/bolt";
import { z } from "zod";

import type { Person } from "../../src/domain.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { toPersonId } from "./address.ts";
import { createExpiring } from "./expiring.ts";
import { LOOK_UP_MS } from "./look-up.ts";
import type { Author } from "./normalise.ts";
import type { SlackConfig } from "./settings.ts";
import type { Staff } from "./staff.ts";

/** Who people are. Where Slack does not answer in time a person goes by their id, and has no e-mail. */
export interface People {
  /**
   * Somebody of whom it is not known whether they are staff is a customer, except where `mustKnow`: there it throws, so
   * that Slack delivers again. Staff taken for a customer at the desk would not be heard at all.
   */
  person(team: string, author: Author, mustKnow?: "staff or not"): Promise<Person>;
  /** Their names, by id. */
  names(team: string, users: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface PeopleDeps {
  readonly config: SlackConfig;
  readonly clientFor: (team: string) => Promise<webApi.WebClient>;
  readonly staff: Staff;
  /** True for the workspace of the operator's own token. */
  readonly isOwn: (team: string) => Promise<boolean>;
  readonly now: () => number;
  readonly log: Log;
}

interface Profile {
  /** Of another workspace, which not every payload says: never staff. */
  readonly isForeign: boolean;
  readonly name: string;
  readonly avatarUrl: string | null;
  /** Only of a full member of this very workspace, and only where the operator's word goes. */
  readonly email: string | null;
}

const FRESH_MS = 10 * 60_000;
/** An e-mail proves who somebody is, so it is not taken from an older answer than this. */
const KEEP_MS = 60 * 60_000;
const MOST_PEOPLE = 10_000;
/** A message that mentions more is shown with ids from there on. */
const MOST_NAMES = 20;

export function createPeople({ config, clientFor, staff, isOwn, now, log }: PeopleDeps): People {
  const trustEmails = config.slack.trust_emails;
  const profiles = createExpiring<Profile>({
    now,
    freshMs: FRESH_MS,
    keepMs: KEEP_MS,
    most: MOST_PEOPLE,
    async load(key) {
      const [team = "", user = ""] = key.split("/");
      const client = await clientFor(team);
      const profile = readProfile(await client.users.info({ user }), team);
      // Whoever runs another workspace can give its members any address, a customer's of ours among them.
      const isOperators = team in config.slack.workspaces || (await isOwn(team));
      return trustEmails && isOperators ? profile : { ...profile, email: null };
    },
    onError: (error, key) => log.warn({ err: messageOf(error), user: key }, "Slack did not say who this is"),
  });

  return {
    async person(team, { user, isStranger }, mustKnow) {
      const [own, profile, known] = await Promise.all([
        isOwn(team),
        profiles.get(`${team}/${user}`, LOOK_UP_MS),
        isStranger ? "no" : staff.includes(team, user),
      ]);
      if (known === "unknown" && mustKnow) {
        throw new DeskhandError("platform_unusable", `Slack has not yet said who is staff in ${team}.`, {
          retryable: true,
        });
      }
      return {
        id: own ? user : toPersonId(team, user),
        name: profile?.name ?? user,
        role: known === "yes" && !profile?.isForeign ? "staff" : "customer",
        ...(!isStranger && profile?.email && { trustedEmail: profile.email }),
        ...(profile?.avatarUrl && { avatarUrl: profile.avatarUrl }),
      };
    },
    async names(team, users) {
      const wanted = users.slice(0, MOST_NAMES);
      const found = await Promise.all(wanted.map((user) => profiles.get(`${team}/${user}`, LOOK_UP_MS)));
      return new Map(wanted.map((user, at) => [user, found[at]?.name ?? user]));
    },
  };
}

const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

const userInfo = z.object({
  user: z.object({
    id: z.string(),
    team_id: text,
    name: text,
    real_name: text,
    deleted: flag,
    is_bot: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
    is_email_confirmed: flag,
    enterprise_user: z
      .object({ teams: z.array(z.string()).optional() })
      .optional()
      .catch(undefined),
    profile: z
      .object({
        display_name: text,
        real_name: text,
        email: text,
        image_192: text,
        image_72: text,
      })
      .optional(),
  }),
});

type SlackUser = z.infer<typeof userInfo>["user"];

function readProfile(answer: unknown, team: string): Profile {
  const read = userInfo.safeParse(answer);
  if (!read.success) throw new DeskhandError("platform_unusable", "Slack's users.info is not as documented.");
  const { user } = read.data;
  const { profile } = user;
  return {
    name: profile?.display_name || profile?.real_name || user.real_name || user.name || user.id,
    avatarUrl: profile?.image_192 ?? profile?.image_72 ?? null,
    isForeign: isForeign(user, team),
    email: isOurs(user, team) ? (profile?.email ?? null) : null,
  };
}

/** Whoever is of another workspace of the same organisation belongs to ours when Slack lists it among theirs. */
function isForeign({ team_id, enterprise_user }: SlackUser, team: string): boolean {
  return team_id !== team && !enterprise_user?.teams?.includes(team);
}

/** Guests, strangers and bots may have any address: nobody of this workspace gave it to them. */
function isOurs(user: SlackUser, team: string): boolean {
  const flags = [
    user.deleted,
    user.is_bot,
    user.is_restricted,
    user.is_ultra_restricted,
    user.is_stranger,
    user.is_email_confirmed === false,
  ];
  return !isForeign(user, team) && !flags.includes(true);
}
