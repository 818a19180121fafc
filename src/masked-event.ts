import { mask } from "./agent/mask.ts";
import type { Attachment, InboundBody, InboundEvent } from "./domain.ts";

/**
 * An event as it may be kept. What a customer wrote loses card numbers, keys and passwords here, on the way to the
 * disk: transcript, model, summary, card, relay and log get what is left, and the original stays nowhere. What staff
 * write is theirs to send.
 */
export function maskedEvent(event: InboundEvent): InboundEvent {
  const { sender, body } = event;
  if (sender.role === "staff") return event;
  return { ...event, sender: { ...sender, name: mask(sender.name) }, body: maskedBody(body) };
}

function maskedBody(body: InboundBody): InboundBody {
  if (body.kind === "message") {
    return { ...body, text: mask(body.text), attachments: body.attachments.map(maskedFile) };
  }
  if (body.kind === "edit" || body.kind === "command") return { ...body, text: mask(body.text) };
  if (body.kind === "rate" && body.comment !== undefined) return { ...body, comment: mask(body.comment) };
  return body;
}

function maskedFile(file: Attachment): Attachment {
  return { ...file, name: mask(file.name) };
}
