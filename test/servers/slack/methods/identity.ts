import { flag, optionalText, text, type CallContext, type Methods } from "../api.ts";
import { SlackRefusal } from "../refusal.ts";
import { leave } from "../lifecycle.ts";
import { userJson } from "../wire.ts";
import type { Usergroup } from "../world.ts";

/** Who the token is, who people are, and how a workspace installs and leaves. */
export const identity: Methods = {
  "auth.test": {
    token: "bot",
    run(_args, { team }) {
      return {
        url: `https://${team.domain}.slack.com/`,
        team: team.name,
        user: team.users.get(team.bot.userId)?.name,
        team_id: team.id,
        user_id: team.bot.userId,
        bot_id: team.bot.botId,
        is_enterprise_install: false,
      };
    },
  },
  "auth.revoke": {
    token: "bot",
    run(args, { token, team, slack }) {
      if (flag(args, "test")) return { revoked: false };
      token.revoked = true;
      leave(slack, team, "revoked");
      return { revoked: true };
    },
  },
  "oauth.v2.access": {
    token: "none",
    run(args, { slack }) {
      const { clientId, clientSecret } = slack.settings;
      if (optionalText(args, "client_id") !== clientId) throw new SlackRefusal("invalid_client_id");
      if (optionalText(args, "client_secret") !== clientSecret) throw new SlackRefusal("bad_client_secret");
      const code = optionalText(args, "code") ?? "";
      const team = slack.world.teams.get(slack.codes.get(code) ?? "");
      // A code is good once.
      if (!slack.codes.delete(code) || !team) throw new SlackRefusal("invalid_code");
      const last = slack.world.tokens.get(team.bot.token);
      if (!last) throw new SlackRefusal("internal_error");
      const token = last.revoked ? { ...last, value: slack.world.id("xoxb-"), revoked: false } : last;
      slack.world.tokens.set(token.value, token);
      team.bot.token = token.value;
      team.installed = true;
      return {
        access_token: token.value,
        token_type: "bot",
        scope: [...token.scopes].join(","),
        bot_user_id: team.bot.userId,
        app_id: team.appId,
        team: { id: team.id, name: team.name },
        enterprise: null,
        is_enterprise_install: false,
        authed_user: { id: [...team.users.values()].find((user) => !user.isBot)?.id },
      };
    },
  },
  "bots.info": {
    token: "bot",
    scopes: ["users:read"],
    run(args, { team }) {
      const id = text(args, "bot");
      const user = [...team.users.values()].find((one) => one.botId === id);
      if (!user) throw new SlackRefusal("bot_not_found");
      const appId = id === team.bot.botId ? team.appId : `A${id.slice(1)}`;
      return {
        bot: {
          id,
          deleted: false,
          name: user.name,
          updated: 1_700_000_000,
          app_id: appId,
          user_id: user.id,
          icons: {},
        },
      };
    },
  },
  "users.info": {
    token: "bot",
    scopes: ["users:read"],
    run(args, { team, token }) {
      const user = team.users.get(text(args, "user"));
      if (!user) throw new SlackRefusal("user_not_found");
      return { user: userJson(user, team, token.scopes.has("users:read.email")) };
    },
  },
  "users.list": {
    token: "bot",
    scopes: ["users:read"],
    run(_args, { team, token }) {
      const members = [...team.users.values()].map((user) =>
        userJson(user, team, token.scopes.has("users:read.email")),
      );
      return { members, response_metadata: { next_cursor: "" } };
    },
  },
  "usergroups.list": {
    token: "bot",
    scopes: ["usergroups:read"],
    run(args, { team }) {
      const usergroups = [...team.usergroups.values()].map((group) => ({
        id: group.id,
        team_id: team.id,
        is_usergroup: true,
        name: group.name,
        handle: group.handle,
        description: "",
        user_count: group.users.length,
        ...(flag(args, "include_users") && { users: group.users }),
      }));
      return { usergroups };
    },
  },
  "usergroups.users.list": {
    token: "bot",
    scopes: ["usergroups:read"],
    run: (args, call) => ({ users: [...usergroup(text(args, "usergroup"), call).users] }),
  },
};

function usergroup(id: string, { team }: CallContext): Usergroup {
  const group = team.usergroups.get(id);
  if (!group) throw new SlackRefusal("no_such_subteam");
  return group;
}
