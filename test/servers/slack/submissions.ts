import { checkView } from "./block-rules.ts";
import { isElement, isObject, listOf, type Element } from "./block-types.ts";
import type { OpenView, Slack } from "./core.ts";
import type { Receipt } from "./delivery.ts";
import { openView, replaceView } from "./modals.ts";
import { viewJson, type Json } from "./wire.ts";
import { userOf, type Team } from "./world.ts";

export interface Submission {
  readonly user: string;
  readonly viewId: string;
  /** What was typed or chosen, by block id or by action id. Lists for checkboxes and multi-selects. */
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Submitted extends Receipt {
  /** By block id, when the app found something wrong; the modal stays open. */
  readonly errors: Readonly<Record<string, string>> | null;
  /** The modal after `response_action` update or push; null once it is closed. */
  readonly view: OpenView | null;
}

/**
 * Presses a modal's submit button. Throws when nobody could: no such input, a required one left empty, a value that
 * the client would not take. What the app answers is applied, and refused when Slack would refuse it.
 */
export async function submit(slack: Slack, what: Submission): Promise<Submitted> {
  const { open, team } = openModal(slack, what.user, what.viewId);
  const state = stateOf(open, what.values ?? {});
  const user = userOf(team, what.user);
  const payload: Json = {
    type: "view_submission",
    team: { id: team.id, domain: team.domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: team.appId,
    token: "verification-token",
    trigger_id: slack.tickets.trigger(team.id, user.id, open.id),
    view: viewJson(open, team, state),
    response_urls: [],
    is_enterprise_install: false,
    enterprise: null,
  };
  const sent = {
    kind: "interactive",
    name: "view_submission",
    payload,
    team: team.id,
    eventId: null,
  } as const;
  const receipt = await slack.deliverer.send(sent).settled;
  const outcome = receipt.acknowledged ? answer(slack, open, receipt.payload) : { errors: null, view: open };
  return { ...receipt, ...outcome };
}

/** Closes a modal by its cross; the app hears of it when it asked to. */
export async function closeModal(
  slack: Slack,
  what: { readonly user: string; readonly viewId: string },
): Promise<Receipt | null> {
  const { open, team } = openModal(slack, what.user, what.viewId);
  open.state = "closed";
  if (open.view["notify_on_close"] !== true) return null;
  const user = userOf(team, what.user);
  const payload: Json = {
    type: "view_closed",
    team: { id: team.id, domain: team.domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: team.appId,
    token: "verification-token",
    view: viewJson(open, team),
    is_cleared: false,
    is_enterprise_install: false,
    enterprise: null,
  };
  const sent = { kind: "interactive", name: "view_closed", payload, team: team.id, eventId: null } as const;
  return slack.deliverer.send(sent).settled;
}

function openModal(slack: Slack, user: string, viewId: string): { open: OpenView; team: Team } {
  const open = slack.views.get(viewId);
  if (!open || open.state !== "open" || open.user !== user || open.view.type !== "modal") {
    const there = [...slack.views.values()].map((one) => `${one.id} (${one.user}, ${one.state})`).join(", ");
    throw new Error(`${user} has no open modal ${viewId}; there are: ${there || "none"}.`);
  }
  const team = slack.world.teams.get(open.team);
  if (!team) throw new Error(`No workspace ${open.team}.`);
  return { open, team };
}

function stateOf(open: OpenView, values: Readonly<Record<string, string | readonly string[]>>): Json {
  const unused = new Set(Object.keys(values));
  const state: Record<string, Json> = {};
  for (const block of open.view.blocks) {
    const element = block["element"];
    if (block.type !== "input" || !isElement(element)) continue;
    const blockId = block.block_id ?? "";
    const actionId = element.action_id ?? "";
    const key = [blockId, actionId].find((one) => one in values);
    if (key) unused.delete(key);
    const value = (key === undefined ? undefined : values[key]) ?? initial(element);
    if (value === undefined || value.length === 0) {
      if (block["optional"] !== true)
        throw new Error(`The client would not submit: ${blockId}/${actionId} is empty.`);
    }
    state[blockId] = { [actionId]: { type: element.type, ...chosen(element, value) } };
  }
  if (unused.size === 0) return state;
  throw new Error(
    `The modal has no input ${[...unused].join(", ")}; it has ${Object.keys(state).join(", ")}.`,
  );
}

function initial(element: Element): string | readonly string[] | undefined {
  const option = element["initial_option"];
  if (isObject(option)) return String(option["value"]);
  const value = element["initial_value"] ?? element["initial_user"] ?? element["initial_date"];
  return typeof value === "string" ? value : undefined;
}

function chosen(element: Element, value: string | readonly string[] | undefined): Json {
  const single = typeof value === "string" ? value : value?.[0];
  switch (element.type) {
    case "plain_text_input":
      return { value: fitting(element, single) };
    case "email_text_input":
      if (single && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(single))
        throw new Error(`${single} is no e-mail address.`);
      return { value: single ?? null };
    case "url_text_input":
    case "number_input":
      return { value: single ?? null };
    case "static_select":
    case "radio_buttons":
      return { selected_option: single === undefined ? null : option(element, single) };
    case "checkboxes":
    case "multi_static_select":
      return {
        selected_options: (typeof value === "string" ? [value] : (value ?? [])).map((one) =>
          option(element, one),
        ),
      };
    case "users_select":
      return { selected_user: single ?? null };
    case "datepicker":
      return { selected_date: single ?? null };
    default:
      throw new Error(`This test server cannot fill a ${element.type}.`);
  }
}

function fitting(element: Element, value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  const { min_length: least, max_length: most } = element;
  if (typeof least === "number" && value.length < least)
    throw new Error(`"${value}" is shorter than ${least}.`);
  if (value.length > (typeof most === "number" ? most : 3000))
    throw new Error(`The text is longer than ${JSON.stringify(most ?? 3000)}.`);
  return value;
}

function option(element: Element, value: string): Json {
  const groups = (listOf(element["option_groups"]) ?? [])
    .filter(isObject)
    .flatMap((one) => listOf(one["options"]) ?? []);
  const options = [...(listOf(element["options"]) ?? []), ...groups].filter(isObject);
  const found = options.find((one) => one["value"] === value);
  if (found) return { ...found };
  throw new Error(`No option ${value}; there are ${options.map((one) => String(one["value"])).join(", ")}.`);
}

function answer(slack: Slack, open: OpenView, payload: unknown): Pick<Submitted, "errors" | "view"> {
  const action = isObject(payload) ? payload["response_action"] : undefined;
  if (!isObject(payload) || action === undefined || action === "clear") {
    const closing =
      action === "clear" ? [...slack.views.values()].filter((one) => one.rootId === open.rootId) : [open];
    for (const one of closing) one.state = "submitted";
    slack.journal.changed();
    return { errors: null, view: null };
  }
  if (action === "errors") return { errors: readErrors(slack, open, payload["errors"]), view: open };
  if (action !== "update" && action !== "push") {
    slack.violations.push(`view_submission: unknown response_action ${JSON.stringify(action)}`);
    return { errors: null, view: open };
  }
  try {
    const view = checkView(payload["view"], "modal", () => slack.world.id("b"));
    if (action === "push") {
      return { errors: null, view: openView(slack, { team: open.team, user: open.user, view, under: open }) };
    }
    replaceView(slack, open, view);
  } catch (error) {
    slack.violations.push(`view_submission: ${String(error)}`);
  }
  return { errors: null, view: open };
}

function readErrors(slack: Slack, open: OpenView, value: unknown): Record<string, string> {
  const inputs = new Set(
    open.view.blocks.filter((block) => block.type === "input").map((block) => block.block_id),
  );
  const errors: Record<string, string> = {};
  for (const [block, words] of Object.entries(isObject(value) ? value : {})) {
    if (!inputs.has(block))
      slack.violations.push(`view_submission: an error for ${block}, which is no input`);
    errors[block] = String(words);
  }
  if (Object.keys(errors).length === 0)
    slack.violations.push("view_submission: response_action errors without errors");
  return errors;
}
