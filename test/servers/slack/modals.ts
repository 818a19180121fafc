import type { View } from "./block-rules.ts";
import type { OpenView, Slack } from "./core.ts";

export interface NewView {
  readonly team: string;
  readonly user: string;
  readonly view: View;
  /** The view it lies on. */
  readonly under?: OpenView;
}

export function openView(slack: Slack, { team, user, view, under }: NewView): OpenView {
  const id = slack.world.id("V");
  const open: OpenView = {
    id,
    team,
    user,
    rootId: under?.rootId ?? id,
    previousId: under?.id ?? null,
    view,
    hash: slack.world.ts(),
    state: "open",
  };
  slack.views.set(id, open);
  slack.journal.changed();
  return open;
}

export function replaceView(slack: Slack, open: OpenView, view: View): void {
  open.view = view;
  open.hash = slack.world.ts();
  slack.journal.changed();
}
