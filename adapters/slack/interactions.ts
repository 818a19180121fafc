import type { RespondFn, webApi } from "@slack/bolt";

import { messageOf } from "../../src/errors.ts";
import { FORM_INPUT, FORMS } from "./buttons.ts";
import {
  normaliseClick,
  normaliseCommand,
  normaliseForm,
  normaliseShortcut,
  type Pressed,
} from "./clicks.ts";
import { formView } from "./forms.ts";
import { type Listening, surroundingsOf, take } from "./listen.ts";
import { COMMAND, SHORTCUT } from "./scopes.ts";

const NOT_STORED = "Sorry, this could not be stored just now. Please try again in a moment.";
const NOT_OPENED = "Sorry, the form could not be opened. Please try again.";

const HELP = [
  `*For everybody:* \`${COMMAND} tickets\` lists your tickets, \`${COMMAND} verify\` proves your e-mail, \`${COMMAND} code\` takes the code from the mail, \`${COMMAND} unlink\` forgets it again.`,
  `*For staff:* \`${COMMAND} status\`, \`${COMMAND} pause 30m\`, \`${COMMAND} resume\`, \`${COMMAND} report\`, \`${COMMAND} find …\`.`,
].join("\n");

/**
 * Clicks, forms and commands. Slack sends each of them once, so a person whose click could not be stored is told; it is
 * acknowledged only when it was.
 */
export function listenToInteractions(listening: Listening): void {
  const { app, workspaces, config, log } = listening;

  // Of other buttons, such as links, Slack tells us too, and marks those that nobody acknowledges as broken.
  app.action(/^/, async ({ body, context, client, ack, respond }) => {
    const workspace = await workspaces.of(context.teamId ?? "");
    const pressed = normaliseClick(body, workspace);
    if (pressed?.kind === "event") {
      await orTell(respond, () => take(pressed.event, workspace, listening));
    }
    await ack();
    if (pressed?.kind !== "form" || !("trigger_id" in body)) return;
    await openForm(pressed, { client, respond, triggerId: body.trigger_id });
  });

  app.view(
    { callback_id: anyOf(Object.values(FORMS)), type: "view_submission" },
    async ({ body, context, ack }) => {
      const workspace = await workspaces.of(context.teamId ?? "");
      const pressed = normaliseForm(body, workspace);
      if (pressed?.kind === "invalid") return ack(mistake(pressed.message));
      if (pressed?.kind === "event") {
        try {
          await take(pressed.event, workspace, listening);
        } catch (error) {
          log.error({ err: error }, "a form could not be stored");
          return ack(mistake(NOT_STORED));
        }
      }
      await ack();
    },
  );

  app.command(COMMAND, async ({ body, context, client, ack, respond }) => {
    const workspace = await workspaces.of(context.teamId ?? "");
    const pressed: Pressed | null = normaliseCommand(body, workspace);
    if (pressed?.kind === "event") {
      try {
        await take(pressed.event, workspace, listening);
      } catch (error) {
        log.error({ err: error }, "a command could not be stored");
        return ack({ response_type: "ephemeral", text: NOT_STORED });
      }
      return ack();
    }
    if (pressed?.kind !== "form") return ack({ response_type: "ephemeral", text: HELP });
    await ack();
    await openForm(pressed, { client, respond, triggerId: body.trigger_id });
  });

  app.shortcut(SHORTCUT.callbackId, async ({ body, context, ack, respond }) => {
    const workspace = await workspaces.of(context.teamId ?? "");
    const event = normaliseShortcut(body, surroundingsOf(workspace, config));
    if (event) await orTell(respond, () => take(event, workspace, listening));
    await ack();
  });

  async function openForm(
    { form, subject }: Extract<Pressed, { kind: "form" }>,
    { client, respond, triggerId }: Asker,
  ): Promise<void> {
    try {
      await client.views.open({ trigger_id: triggerId, view: formView(form, subject) });
    } catch (error) {
      log.warn({ err: messageOf(error) }, "Slack did not open a form");
      await tell(respond, NOT_OPENED);
    }
  }

  /** Rethrows, so that Slack marks the button as failed too. */
  async function orTell(respond: RespondFn, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await tell(respond, NOT_STORED);
      throw error;
    }
  }

  async function tell(respond: RespondFn | undefined, text: string): Promise<void> {
    try {
      await respond?.({ response_type: "ephemeral", replace_original: false, text });
    } catch (error) {
      log.warn({ err: messageOf(error) }, "Slack did not show a person that something failed");
    }
  }
}

/** Who pressed something that needs a form: it opens for them within three seconds. */
interface Asker {
  readonly client: webApi.WebClient;
  readonly respond: RespondFn | undefined;
  readonly triggerId: string;
}

function mistake(message: string) {
  return { response_action: "errors", errors: { [FORM_INPUT.block]: message } } as const;
}

function anyOf(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.join("|")})$`);
}
