import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { OpenView, Slack, Status, SuggestedPrompts } from "./core.ts";
import { createDeliverer, type Attempt, type Delivery, type Receipt, type Timing } from "./delivery.ts";
import { createEndpoint, verifyUrl, type Endpoint, type Forgery } from "./endpoint.ts";
import { createFaults, type Fault } from "./faults.ts";
import { serve } from "./http.ts";
import { click, type Click } from "./interactions.ts";
import { createJournal, type Call } from "./journal.ts";
import { leave } from "./lifecycle.ts";
import { createLimits, type Limit } from "./limits.ts";
import { createPeople, type People } from "./people.ts";
import type { Ping } from "./pings.ts";
import {
  addChannel,
  addTeam,
  addUser,
  addUsergroup,
  type ChannelSeed,
  type TeamSeed,
  type UsergroupSeed,
  type UserSeed,
} from "./seed.ts";
import { ephemerals, messages, whatThereIs, type SeenMessage } from "./seen.ts";
import { createSocketMode, type SocketMode } from "./socket-mode.ts";
import { closeModal, submit, type Submission, type Submitted } from "./submissions.ts";
import {
  changeContext,
  command,
  openAssistant,
  openHome,
  type AssistantThread,
  type Command,
} from "./surfaces.ts";
import { createTickets } from "./tickets.ts";
import { createWorld, directChannel, type Channel, type Team, type User, type Usergroup } from "./world.ts";

/*
 * A Slack on 127.0.0.1 for the real Bolt and the real WebClient. It refuses what Slack refuses, tells the app what
 * Slack tells, and shows what people would see. Not for anything but tests.
 *
 *   const slack = await startSlack({ teams: [{
 *     id: "T1", users: [{ id: "UANN", name: "ann", email: "ann@example.com" }, { id: "USAM", name: "sam" }],
 *     channels: [{ id: "CHELP", name: "help", members: ["UANN"] },
 *                { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] }],
 *     usergroups: [{ id: "SDESK", handle: "desk", users: ["USAM"] }] }] });
 *
 * The app: `new App({ token: slack.botToken(), appToken: slack.appToken, socketMode: true,
 * clientOptions: { slackApiUrl: slack.apiUrl } })`; or over HTTP with `signingSecret: slack.signingSecret`, and
 * `slack.deliverTo("http://127.0.0.1:PORT/slack/events")`, which turns Socket Mode off.
 *
 * People:  say({ channel, user, text, threadTs?, files?, broadcast?, timing? }) -> { ts, deliveries, settled }
 *          edit, unfurl, remove, react, unreact, join, sayAsBot; im(user) is the direct channel with the bot.
 *          click({ user, channel, messageTs, actionId?, text?, value? }) (also { home: true }, { viewId }),
 *          submit({ user, viewId, values }), closeModal, command, openHome, openAssistant, changeContext,
 *          uninstall(), revokeTokens().
 *          click/submit/command resolve to a Receipt { acknowledged, afterMs, payload, attempts }.
 * Timing:  { twice, lateMs, hold } on whatever is said; release(order), redeliver(done), idle().
 * Reading: messages(channel, threadTs?), ephemerals(channel, user), home(user), openViews(user), views, statuses,
 *          prompts, titles, calls, deliveries, pings, violations (a good test ends with none).
 *          idle() waits for what is under way, retries as well: give short `retryDelaysMs` where acks fail.
 *          A user with `homeTeam` is of another workspace (Slack Connect).
 * Waiting: await slack.waitFor(() => slack.messages("CHELP").find((m) => m.byApp), "an answer in #help")
 *          looks again on every change, and resolves to what the predicate returned.
 * Faults:  failNext("chat.postMessage", { status: 500, afterApplying: true }) — posted, but the answer is lost;
 *          also { error }, { cut: true }, { status: 429, retryAfterSeconds }, { times }, { delayMs, slow: true }.
 *          socket.drop(), socket.disconnect(), socket.loseAcks(true); forge("wrong secret") for the next requests.
 * Limits:  one message a second and channel, one history call a minute; `limits: { post: false }` turns one off,
 *          `{ post: { calls: 1, windowMs: 50 } }` makes it quick.
 */

export { ALL_SCOPES } from "./seed.ts";
export type { Call } from "./journal.ts";
export type { Delivery, Receipt, Timing } from "./delivery.ts";
export type { Done, Words } from "./people.ts";
export type { OpenView } from "./core.ts";
export type { Ping } from "./pings.ts";
export type { SeenMessage } from "./seen.ts";
export type { ChannelSeed, TeamSeed, UsergroupSeed, UserSeed } from "./seed.ts";

export interface SlackOptions {
  /** One workspace `T1` with nobody in it when absent. */
  readonly teams?: readonly TeamSeed[];
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Event subscriptions: `app_mention`, `message.channels`, …; everything when absent. */
  readonly subscriptions?: readonly string[];
  /** 3,000 ms. */
  readonly ackWithinMs?: number;
  /** Pauses before the tries after the first; Slack's are at once, a minute, five minutes. */
  readonly retryDelaysMs?: readonly number[];
  readonly limits?: {
    /** chat.postMessage in one channel; one a second. */
    readonly post?: Limit | false;
    /** conversations.history and .replies, each; one a minute, and then at most `historyMessages`. */
    readonly history?: Limit | false;
    readonly historyMessages?: number;
    readonly triggerMs?: number;
    readonly responseUrlMs?: number;
    readonly responseUrlUses?: number;
  };
  readonly now?: () => number;
}

export interface SlackServer extends People {
  readonly url: string;
  /** For `clientOptions.slackApiUrl`, with its slash. */
  readonly apiUrl: string;
  readonly appToken: string;
  readonly signingSecret: string;
  botToken(team?: string): string;
  botUserId(team?: string): string;
  team(id?: string): Team;
  setScopes(scopes: readonly string[], team?: string): void;
  addTeam(seed: TeamSeed): Team;
  addUser(seed: UserSeed, team?: string): User;
  addChannel(seed: ChannelSeed, team?: string): Channel;
  addUsergroup(seed: UsergroupSeed, team?: string): Usergroup;
  /** The id of the direct channel of a user and the bot. */
  im(user: string, team?: string): string;
  /** A code for `oauth.v2.access`, good once. */
  issueCode(team?: string): string;

  click(what: Click): Promise<Receipt>;
  submit(what: Submission): Promise<Submitted>;
  closeModal(what: { readonly user: string; readonly viewId: string }): Promise<Receipt | null>;
  command(what: Command): Promise<Receipt>;
  openHome(
    user: string,
    how?: { readonly team?: string; readonly tab?: "home" | "messages"; readonly timing?: Timing },
  ): Promise<Receipt | null>;
  openAssistant(
    user: string,
    how?: { readonly team?: string; readonly from?: string; readonly timing?: Timing },
  ): AssistantThread;
  changeContext(what: {
    readonly user: string;
    readonly threadTs: string;
    readonly to: string;
    readonly team?: string;
  }): Promise<Receipt | null>;
  uninstall(team?: string): Delivery[];
  revokeTokens(team?: string): Delivery[];

  messages(channel: string, threadTs?: string): SeenMessage[];
  ephemerals(channel: string, user: string): SeenMessage[];
  home(user: string, team?: string): OpenView | null;
  /** Modals that this person has open, the top one last. */
  openViews(user: string): OpenView[];
  readonly views: ReadonlyMap<string, OpenView>;
  readonly statuses: readonly Status[];
  readonly prompts: readonly SuggestedPrompts[];
  readonly titles: Slack["titles"];
  readonly calls: readonly Call[];
  readonly deliveries: readonly Delivery[];
  readonly pings: readonly Ping[];
  /** What the app did that Slack would not have understood. */
  readonly violations: readonly string[];
  waitFor<T>(predicate: () => T, what: string, timeoutMs?: number): Promise<NonNullable<T>>;

  readonly socket: Omit<SocketMode, "transport" | "newUrl" | "close">;
  /** HTTP mode from now on; null goes back to Socket Mode. */
  deliverTo(endpoint: Endpoint | null): void;
  /** Spoils the signature of every request from now on; null stops it. */
  forge(forgery: Forgery | null): void;
  /** Slack's handshake with an endpoint; resolves to what it answered. */
  verifyUrl(
    endpoint: string,
  ): Promise<{ readonly status: number; readonly text: string; readonly challenge: string }>;
  failNext(method: string, fault: Fault): void;
  clearFaults(): void;
  redeliver(what: { readonly deliveries: readonly Delivery[] }): Promise<Attempt[]>;
  release(order?: "as said" | "reversed" | readonly number[]): number;
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function startSlack(options: SlackOptions = {}): Promise<SlackServer> {
  const now = options.now ?? Date.now;
  const world = createWorld(now);
  for (const seed of options.teams ?? [{ id: "T1" }]) addTeam(world, seed);
  const appToken = options.appToken ?? "xapp-1-test";
  world.tokens.set(appToken, {
    value: appToken,
    kind: "app",
    teamId: world.teams.keys().next().value ?? "",
    scopes: new Set(["connections:write"]),
    revoked: false,
  });
  const ackWithinMs = options.ackWithinMs ?? 3_000;
  const signingSecret = options.signingSecret ?? "8f742231b10e8888abcd99yyyzzz85a5";
  let url = "";
  let endpoint: Endpoint | null = null;
  let forgery: Forgery | null = null;

  const server = createServer((request, response) => {
    serve(request, response, slack, socket.newUrl).catch((error: unknown) => {
      slack.violations.push(`the test server failed: ${String(error)}`);
      response.destroy();
    });
  });
  const journal = createJournal(() => whatThereIs(slack));
  const violation = (what: string) => void slack.violations.push(what);
  const socket = createSocketMode({
    server,
    baseUrl: () => url,
    appId: () => world.teams.values().next().value?.appId ?? "",
    ackWithinMs,
    now,
    changed: journal.changed,
    violation,
  });
  const http = createEndpoint({
    signingSecret,
    ackWithinMs,
    now,
    endpoint: () => endpoint ?? "",
    forgery: () => forgery,
  });
  const deliveries: Delivery[] = [];
  const slack: Slack = {
    settings: {
      appToken,
      signingSecret,
      clientId: options.clientId ?? "111.222",
      clientSecret: options.clientSecret ?? "client-secret",
      subscriptions: options.subscriptions ? new Set(options.subscriptions) : null,
      ackWithinMs,
      retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
      postLimit: options.limits?.post ?? { calls: 1, windowMs: 1_000 },
      historyLimit: options.limits?.history ?? { calls: 1, windowMs: 60_000 },
      historyMessages: options.limits?.historyMessages ?? 15,
    },
    world,
    journal,
    limits: createLimits(now),
    faults: createFaults(),
    tickets: createTickets({
      now,
      baseUrl: () => url,
      triggerMs: options.limits?.triggerMs ?? 3_000,
      responseUrlMs: options.limits?.responseUrlMs ?? 30 * 60_000,
      responseUrlUses: options.limits?.responseUrlUses ?? 5,
    }),
    deliverer: createDeliverer({
      transport: (...what) => (endpoint === null ? socket.transport(...what) : http(...what)),
      retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
      changed: journal.changed,
      record: (delivery) => void deliveries.push(delivery),
    }),
    deliveries,
    pings: [],
    violations: [],
    views: new Map(),
    homes: new Map(),
    statuses: [],
    prompts: [],
    titles: [],
    codes: new Map(),
    url: () => url,
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function team(id?: string): Team {
    const found = id === undefined ? world.teams.values().next().value : world.teams.get(id);
    if (found) return found;
    throw new Error(`No workspace ${id ?? ""}; there are ${[...world.teams.keys()].join(", ")}.`);
  }

  return {
    ...createPeople(slack),
    url,
    apiUrl: `${url}/api/`,
    appToken,
    signingSecret,
    botToken: (id) => team(id).bot.token,
    botUserId: (id) => team(id).bot.userId,
    team,
    setScopes(scopes, id) {
      const token = world.tokens.get(team(id).bot.token);
      if (token) token.scopes = new Set(scopes);
    },
    addTeam: (seed) => addTeam(world, seed),
    addUser: (seed, id) => addUser(world, team(id), seed),
    addChannel: (seed, id) => addChannel(world, team(id), seed),
    addUsergroup: (seed, id) => addUsergroup(world, team(id), seed),
    im: (user, id) => directChannel(world, team(id), user).id,
    issueCode(id) {
      const code = world.id("code-");
      slack.codes.set(code, team(id).id);
      return code;
    },
    click: (what) => click(slack, what),
    submit: (what) => submit(slack, what),
    closeModal: (what) => closeModal(slack, what),
    command: (what) => command(slack, what),
    openHome: (user, how = {}) => openHome(slack, team(how.team), user, how),
    openAssistant: (user, how = {}) => openAssistant(slack, team(how.team), user, how),
    changeContext: (what) => changeContext(slack, team(what.team), what),
    uninstall: (id) => leave(slack, team(id), "uninstalled"),
    revokeTokens: (id) => leave(slack, team(id), "revoked"),
    messages: (channel, threadTs) => messages(slack, channel, threadTs),
    ephemerals: (channel, user) => ephemerals(slack, channel, user),
    home: (user, id) => slack.homes.get(`${team(id).id} ${user}`) ?? null,
    openViews: (user) =>
      [...slack.views.values()].filter(
        (one) => one.user === user && one.state === "open" && one.view.type === "modal",
      ),
    views: slack.views,
    statuses: slack.statuses,
    prompts: slack.prompts,
    titles: slack.titles,
    calls: journal.calls,
    deliveries,
    pings: slack.pings,
    violations: slack.violations,
    waitFor: journal.waitFor,
    socket,
    deliverTo(to) {
      endpoint = to;
    },
    forge(how) {
      forgery = how;
    },
    verifyUrl: (to) => verifyUrl(to, signingSecret, now()),
    failNext: slack.faults.add,
    clearFaults: slack.faults.clear,
    redeliver: (what) => Promise.all(what.deliveries.map((one) => slack.deliverer.repeat(one))),
    release: slack.deliverer.release,
    idle: slack.deliverer.idle,
    async close() {
      journal.close();
      slack.deliverer.close();
      await socket.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
