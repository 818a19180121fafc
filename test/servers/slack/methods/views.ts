import { optionalText, structured, text, type Args, type CallContext, type Methods } from "../api.ts";
import { checkView } from "../block-rules.ts";
import type { OpenView } from "../core.ts";
import { openView, replaceView } from "../modals.ts";
import { SlackRefusal } from "../refusal.ts";
import { viewJson } from "../wire.ts";

export const views: Methods = {
  "views.open": {
    token: "bot",
    run(args, call) {
      const view = checkView(structured(args, "view"), "modal", () => call.slack.world.id("b"));
      const trigger = call.slack.tickets.useTrigger(text(args, "trigger_id"));
      if (trigger.team !== call.team.id) throw new SlackRefusal("invalid_trigger_id");
      const open = openView(call.slack, { team: trigger.team, user: trigger.user, view });
      return { view: viewJson(open, call.team) };
    },
  },
  "views.push": {
    token: "bot",
    run(args, call) {
      const view = checkView(structured(args, "view"), "modal", () => call.slack.world.id("b"));
      const trigger = call.slack.tickets.useTrigger(text(args, "trigger_id"));
      const under = trigger.viewId ? call.slack.views.get(trigger.viewId) : undefined;
      if (!under) throw new SlackRefusal("invalid_trigger_id");
      const open = openView(call.slack, { team: trigger.team, user: trigger.user, view, under });
      return { view: viewJson(open, call.team) };
    },
  },
  "views.update": {
    token: "bot",
    run(args, call) {
      const open = findView(args, call);
      const view = checkView(structured(args, "view"), "modal", () => call.slack.world.id("b"));
      checkHash(args, open);
      replaceView(call.slack, open, view);
      return { view: viewJson(open, call.team) };
    },
  },
  "views.publish": {
    token: "bot",
    run(args, call) {
      const { slack, team } = call;
      const user = text(args, "user_id");
      if (!team.users.has(user)) throw new SlackRefusal("user_not_found");
      const view = checkView(structured(args, "view"), "home", () => slack.world.id("b"));
      const key = `${team.id} ${user}`;
      const before = slack.homes.get(key);
      if (before) {
        checkHash(args, before);
        replaceView(slack, before, view);
        return { view: viewJson(before, team) };
      }
      const open = openView(slack, { team: team.id, user, view });
      slack.homes.set(key, open);
      return { view: viewJson(open, team) };
    },
  },
};

function findView(args: Args, { slack, team }: CallContext): OpenView {
  const id = optionalText(args, "view_id");
  const externalId = optionalText(args, "external_id");
  if (!id && !externalId) throw new SlackRefusal("invalid_arguments");
  const open = [...slack.views.values()].find(
    (one) => one.team === team.id && (id ? one.id === id : one.view["external_id"] === externalId),
  );
  if (!open || open.state !== "open") throw new SlackRefusal("not_found");
  return open;
}

function checkHash(args: Args, open: OpenView): void {
  const hash = optionalText(args, "hash");
  if (hash && hash !== open.hash) throw new SlackRefusal("hash_conflict");
}
