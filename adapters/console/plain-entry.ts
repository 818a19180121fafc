/** How a delivery looks in piped text: no colours, no width, nothing drawn. Pure. */
import type { Delivery } from "../../src/domain.ts";
import { cardFacts } from "./card-facts.ts";
import { clean, cleanLine, plainMarkdown } from "./text.ts";

/** What staff would see is marked, so that it is not taken for an answer to the customer. */
const DESK = "[staff channel] ";

/** Empty for what is not shown: how a turn went. */
export function plainEntry({ content }: Delivery, context: { now: number; agentName: string }): string[] {
  switch (content.kind) {
    case "reply": {
      const automatic = content.by === "ai" ? context.agentName : "Deskhand";
      const name = content.by === "staff" ? `${cleanLine(content.author ?? "Staff")} (staff)` : automatic;
      const links = content.citations.map(({ title, url }) => `  ↳ ${cleanLine([title, url].join(" "))}`);
      const files = (content.attachments ?? []).map((file) => `  [${cleanLine(file.name)}]`);
      const change = content.change ? ` [${content.change}]` : "";
      return [`${name}${change}: ${plainMarkdown(content.text)}`, ...files, ...links];
    }
    case "card": {
      const facts = cardFacts(content.card, context);
      return [
        `${facts.id}: ${facts.state} · ${content.card.priority} · ${facts.who}`,
        `  Why: ${facts.why}`,
        ...clean(`Summary: ${facts.summary}`)
          .split("\n")
          .map((line) => `  ${line}`),
        ...(facts.tried ? [`  Tried: ${facts.tried}`] : []),
        `  Next: ${facts.next}`,
      ].map(atTheDesk);
    }
    case "relay":
      return clean(`${content.from}: ${content.text}`).split("\n").map(atTheDesk);
    case "notice":
      return clean(content.text).split("\n").map(atTheDesk);
    case "ticket":
      return [
        atTheDesk(`ticket ${content.ticket}: ${content.status} · ${content.priority} · ${content.subject}`),
      ];
    case "mark":
      return content.mark === "failed" ? [atTheDesk("what was written last did not arrive")] : [];
    case "state":
    case "overview":
    case "turn":
    default:
      return [];
  }
}

function atTheDesk(line: string): string {
  return DESK + clean(line);
}
