/** `deskhand chat` at a terminal: a customer at the prompt, the staff channel beside it, one person playing both. */
import { randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";

import type { Card, Intake, OutboundContent, Visibility } from "../../src/domain.ts";
import { messageOf } from "../../src/errors.ts";
import { CONSOLE, conversationAddress, plainId } from "./address.ts";
import { createBoard } from "./board.ts";
import { completions, readCommand } from "./commands.ts";
import type { Command, Role } from "./commands.ts";
import { body, entryRows, laneOf, saidRows } from "./entries.ts";
import { span } from "./layout.ts";
import type { Tone } from "./layout.ts";
import { createMemory } from "./memory.ts";
import { normaliseLine } from "./normalise.ts";
import { createPane } from "./pane.ts";
import type { Console, ConsoleEnd, Intro } from "./platform.ts";
import type { ConsoleLine } from "./line.ts";
import { threadOf } from "./render.ts";
import { clean, cleanLine } from "./text.ts";
import { CUSTOMER, helpRows, STAFF, welcomeRows } from "./welcome.ts";

export interface ScreenOptions {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number };
  readonly agentName: string;
  readonly intro?: Intro;
  readonly now?: () => number;
}

/** A typing mark that nobody took back is gone by then. */
const TYPING_MS = 12_000;

export function createScreen({ input, output, agentName, intro, now = Date.now }: ScreenOptions): Console {
  const memory = createMemory();
  const board = createBoard();
  const run = `typed-${randomBytes(6).toString("hex")}`;
  const end = Promise.withResolvers<ConsoleEnd>();
  const questions = intro?.questions ?? [];
  const headings = [`${CUSTOMER.name} and ${agentName}`, "Staff channel"] as const;
  const pane = createPane({ input, output, history: questions, complete, headings });
  let role: Role = "customer";
  let channel: Visibility = "private";
  let conversation = newConversation();
  let details = true;
  let typed = 0;
  let typing: NodeJS.Timeout | undefined;
  let intake: Intake | undefined;
  /** What was typed is taken in order. */
  let taking: Promise<void> = Promise.resolve();

  function complete(text: string): string[] {
    if (text !== "") return completions(text);
    role = role === "customer" ? "staff" : "customer";
    setImmediate(prompt);
    return [];
  }

  function prompt(): void {
    const status = typing ? `${agentName} is typing…` : "";
    if (role === "staff") pane.setPrompt(`${STAFF.name} (staff) › `, "staff", status);
    else pane.setPrompt(`${CUSTOMER.name}${channel === "public" ? " (public)" : ""} › `, "customer", status);
  }

  /** Nobody waits for it to be drawn, so that a line pasted behind it is taken at once. */
  function tell(text: string, tone: Tone = "dim"): void {
    void pane.show("customer", (width) => body(text, width, tone));
  }

  function isEscalation(word: string): boolean {
    return board.card(word) !== undefined;
  }

  async function obey(command: Command): Promise<void> {
    switch (command.kind) {
      case "say":
        return command.as === "customer"
          ? sayAsCustomer(command.text)
          : sayAsStaff(command.text, command.escalation);
      case "act": {
        const escalation = command.escalation ?? newest()?.escalationId;
        if (!escalation) return tell("Nothing waits at the desk.");
        const { action, note } = command;
        return take({ type: "action", action, escalation, user: STAFF, ...(note && { note }) });
      }
      case "rate":
        return take(
          { type: "action", action: "rate", conversation, user: CUSTOMER, score: command.score },
          () => tell(`${CUSTOMER.name} rated it ${command.score} of 5.`),
        );
      case "verify":
        return take({ type: "verify", conversation, user: CUSTOMER, email: command.email }, () =>
          tell(`${cleanLine(command.email)} is now taken as proved to be ${CUSTOMER.name}'s.`),
        );
      case "new":
        channel = command.channel ?? channel;
        conversation = newConversation();
        role = "customer";
        prompt();
        return tell(`A new conversation, in ${channel === "public" ? "a public channel" : "private"}.`);
      case "role":
        role = command.role;
        return prompt();
      case "try": {
        const question = questions[command.question - 1];
        return question === undefined ? tell("There is no such question.") : sayAsCustomer(question);
      }
      case "details":
        details = !details;
        return tell(details ? "How each turn went is shown." : "How each turn went is hidden.");
      case "show":
        return show(command.what);
      case "wrong":
        return tell(command.hint);
      case "quit":
        pane.readline.close();
        return;
      case "nothing":
      default:
        return;
    }
  }

  async function sayAsCustomer(text: string): Promise<void> {
    const line: ConsoleLine = {
      type: "message",
      conversation,
      channel,
      user: CUSTOMER,
      text,
      attachments: [],
    };
    void pane.show("customer", (width) => saidRows([span(CUSTOMER.name, "customer")], clean(text), width));
    await take(line);
  }

  /** At the newest escalation, or directly in the customer's thread when none waits. */
  async function sayAsStaff(text: string, named?: string): Promise<void> {
    const escalation = named ?? newest()?.escalationId;
    const place = escalation ? { escalation } : { conversation };
    const where = text.startsWith("//")
      ? " · note"
      : escalation
        ? ` · ${escalation}`
        : ` · directly in ${CUSTOMER.name}'s thread`;
    void pane.show("desk", (width) =>
      saidRows([span(STAFF.name, "staff"), span(where, "dim")], clean(text).replace(/^\/\/\s*/, ""), width),
    );
    await take({ type: "staff", ...place, user: STAFF, text, attachments: [] });
  }

  function newest(): Card | undefined {
    return board.waiting()[0];
  }

  async function take(line: ConsoleLine, then?: () => void): Promise<void> {
    typed += 1;
    const parsed = normaliseLine(line, { line: typed, run, now: now(), agentName, memory });
    if (parsed.kind === "error") return tell(parsed.message);
    try {
      await intake?.(parsed.event);
    } catch (error) {
      return tell(`Not stored: ${messageOf(error)}`, "alert");
    }
    memory.heard(parsed.event);
    then?.();
  }

  function show(what: "help" | "tickets" | "desk"): void {
    if (what === "help") return void pane.show("both", helpRows);
    const contents: readonly OutboundContent[] =
      what === "tickets"
        ? board.tickets()
        : board.waiting().map((card) => ({ kind: "card", card: { ...card, ping: true } }));
    if (contents.length === 0)
      return tell(what === "tickets" ? "No ticket yet." : "Nothing waits at the desk.");
    void pane.show("desk", (width) =>
      contents.flatMap((content) =>
        entryRows(
          { id: "", to: conversationAddress(conversation), visibility: "private", createdAt: now(), content },
          context(width),
        ),
      ),
    );
  }

  function context(width: number, before?: Card): Parameters<typeof entryRows>[1] {
    return {
      width,
      now: now(),
      agentName,
      customerName: CUSTOMER.name,
      conversation,
      isPublic: channel === "public",
      before,
      several: board.waiting().length > 1,
    };
  }

  function stopTyping(): void {
    if (!typing) return;
    clearTimeout(typing);
    typing = undefined;
    prompt();
  }

  /** As in a shell: the first Ctrl-C drops what was typed, on an empty line it leaves. */
  function interrupted(): void {
    if (pane.readline.line === "") return pane.readline.close();
    pane.readline.write(null, { ctrl: true, name: "e" });
    pane.readline.write(null, { ctrl: true, name: "u" });
  }

  function leave(why: ConsoleEnd): void {
    void taking.then(() => end.resolve(why));
  }

  return {
    name: CONSOLE,
    wantsReports: true,
    verifyHint: "Verify your e-mail first: type /verify and your address.",
    finished: end.promise,
    async start(host) {
      intake = host.intake;
      pane.readline.on("line", (text) => {
        pane.eraseEntered(text);
        pane.readline.prompt();
        taking = taking.then(() => obey(readCommand(text, role, isEscalation)));
      });
      pane.readline.on("SIGINT", interrupted);
      pane.readline.once("close", () => {
        pane.close();
        leave("quit");
      });
      output.on("error", () => end.resolve("output_gone"));
      void pane.show("both", (width) => welcomeRows(width, agentName, intro));
      prompt();
    },
    async stop() {
      pane.readline.close();
      await taking;
      end.resolve("stopped");
    },
    async send(delivery) {
      const { content } = delivery;
      const before = content.kind === "card" ? board.card(content.card.escalationId) : undefined;
      board.told(delivery);
      memory.told(delivery);
      if (content.kind === "reply" && plainId(delivery.to) === conversation) stopTyping();
      const isDetail = content.kind === "turn";
      if (details || !isDetail) {
        await pane.show(laneOf(delivery), (width) => entryRows(delivery, context(width, before)));
      }
      return { messageId: delivery.id, ...threadOf(delivery) };
    },
    async showActivity(to) {
      if (plainId(to) !== conversation) return;
      clearTimeout(typing);
      typing = setTimeout(stopTyping, TYPING_MS);
      typing.unref();
      prompt();
    },
    async hideActivity(to) {
      if (plainId(to) === conversation) stopTyping();
    },
  };
}

function newConversation(): string {
  return `chat-${randomBytes(4).toString("hex")}`;
}
