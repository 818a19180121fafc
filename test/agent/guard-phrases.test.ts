import { describe, expect, it } from "vitest";

import { ASKS_REFUND, judged, shown } from "./guard-scene.ts";

/** What real models write: the promises that code must stop, and the ordinary help that it must not. */

describe("the guard lets ordinary help pass", () => {
  it.each([
    "You can find it under Settings.",
    "I'm sorry about the trouble. Please try signing out and in again.",
    "I'm sorry the refund took so long.",
    "I'm sorry to hear about the refund delay.",
    "If you are not sure which plan you have, open Settings, then Billing.",
    "If you're unsure which browser you use, check the About menu.",
    "If you don't know your workspace name, look at the address of your browser.",
    "If you can't find the article you need, use the search box at the top.",
    "If you cannot find the information in the invoice, check the receipt e-mail.",
    "Accidental damage is not covered by the warranty.",
    "Custom domains are not covered in the Free plan.",
    "Refunds are processed within 5 business days after approval.",
    "We process refunds within 5 days.",
    "Once a refund is approved, the money arrives within 5 to 10 days.",
    "To request a refund, open Billing, choose the invoice and click Request refund.",
    "Submit a refund request under Billing.",
    "We recommend that you submit a refund request under Billing.",
    "I can show you how to start a refund request.",
    "Annual plans can be refunded within 30 days of purchase.",
    "I can't issue a refund myself.",
    "I'm not able to process refunds from here.",
    "I'm not authorized to approve a refund of that size.",
    "I cannot grant a credit for this.",
    "You will receive the refund on the card that was charged.",
    "Credits are shown at the bottom of your invoice.",
    "I can see the credit note on the page Billing, then Invoices.",
    "Enter your credit card number in the form under Billing.",
    "I can explain how refunds work.",
    "I can help with refund questions.",
    "To upgrade, open Settings, then Plan, and choose Business.",
    "You can change your plan at any time under Settings, then Plan.",
    "Your plan is Team with 12 seats.",
    "Your account is locked after five wrong passwords and opens again after 15 minutes.",
    "Once your subscription has been cancelled, your data stays for 30 days.",
    "If your subscription was cancelled by mistake, open Billing and click Resume.",
    "Your subscription will be cancelled at the end of the period when you click Cancel.",
    "Your order ORD-7310 was shipped on 3 November and is with the carrier.",
    "To add someone to your team, open Members and click Invite.",
    "Let me walk you through adding a team member: open Members, then Invite.",
    "I have put the steps for your team together: open Members, then Invite.",
    "Only a workspace manager can change the name of a project.",
    "Ask the owner of your workspace to invite you again.",
    "The team plan includes ten seats; your team will see the change at once.",
    "Your team will get an e-mail when the project is shared.",
    "The person you invite will get a link by e-mail.",
    "I have a question about your team: which plan is it on?",
    "Let me ask you one thing: which team plan do you have?",
    "Thanks for your patience. The export takes a few minutes for large projects.",
    "Check your spam folder. If the message isn't there, request another one.",
    "I understand how annoying this is. Please clear the cache and reload the page.",
    "Exports contain everything you have access to; no information in them is encrypted.",
    "You can talk to your account owner about the seats.",
    "When it's done, click Save.",
    'Click "I don\'t know my password" on the sign-in page.',
    "It works in Chrome, Firefox and Safari. Other browsers may not show the calendar.",
    "No, two-factor sign-in cannot be turned off for admins.",
    "Annual plans get a discount of two months.",
    "Schools get a 50% discount; write to support with a proof.",
    "I can send you the link to the invoice on your billing page.",
    "The invoice was sent to your billing contact.",
    "The payment was declined by your bank.",
    "The late fee is charged once.",
    "You'll see the payment on your next invoice.",
    "Sie finden die Rechnung unter Einstellungen, dann Abrechnung.",
    "Wenn Sie nicht sicher sind, welchen Tarif Sie haben, sehen Sie unter Einstellungen nach.",
    "Puede cambiar la contraseña en Configuración.",
    "Vous pouvez exporter le projet depuis les paramètres.",
  ])("%s", (answer) => {
    expect(shown(answer)).toBe(answer);
  });

  it("may repeat word for word what an article says, whatever it says", () => {
    const said = "Our team will reply within one day. I'm not sure is no answer.";
    const passages = [{ ...judgedPassage(), text: `Contact. ${said}` }];
    expect(shown("Our team will reply within one day.", { passages })).toBe(
      "Our team will reply within one day.",
    );
    expect(shown("Our team will reply within an hour.", { passages })).toMatch(/^stopped/);
  });
});

function judgedPassage() {
  const verdict = judged("Refunds arrive within 5 days.");
  if (verdict.kind !== "pass") throw new Error("the plain case does not pass");
  return {
    id: "refunds#1",
    articleId: "refunds",
    title: "Refunds",
    heading: "",
    url: "https://help.acme.example/refunds",
    audience: "customer" as const,
    score: 1,
  };
}

describe("the guard stops promises of money", () => {
  it.each([
    "I've refunded your last payment.",
    "I have issued a full refund of $450.",
    "I’ve gone ahead and refunded you.",
    "I have processed your refund.",
    "I'll refund you right away.",
    "I will refund the difference.",
    "We'll credit your account with $20.",
    "We will reimburse you for the month.",
    "I can refund that for you.",
    "I can offer you a full refund.",
    "I'm happy to give you a refund.",
    "I'd be happy to refund you.",
    "Let me refund that now.",
    "I'm issuing the refund now.",
    "Your refund has been approved.",
    "Your refund of $450 has been issued.",
    "Your refund is being processed.",
    "A refund has been issued to your card.",
    "You've been refunded.",
    "After looking at your account I have refunded you.",
    "I have, just for you, issued a refund of $450.",
    "Approved a refund of $450 for you.",
    "The amount has been refunded to your card.",
    "I can't usually do this, but I've credited your account.",
    "I cannot approve a refund over $200, so I approved a refund of $199.",
    "I've sent the money to your card.",
    "I'll put $50 back on your card.",
    "The amount has been returned to your card.",
    "I've waived the fee.",
    "I've waived the $45 fee.",
    "I have voided your last invoice.",
    "The late fee has been waived.",
    "I've applied a 50% discount to your account.",
    "We'll give you three free months.",
    "Your next invoice is on us.",
    "Ich habe Ihnen den Betrag erstattet.",
    "Ihre Rückerstattung wurde veranlasst.",
    "Hemos reembolsado el importe.",
    "Nous avons remboursé la facture.",
  ])("%s", (draft) => {
    expect(judged(draft, { reading: ASKS_REFUND })).toMatchObject({
      kind: "reject",
      reason: "policy_exception",
    });
    expect(judged(draft), "whatever was asked").toMatchObject({ kind: "reject", reason: "policy_exception" });
  });

  it.each([
    "You will get your money back within a week.",
    "You'll receive a refund in a few days.",
    "You're going to receive the full refund.",
    "Consider it refunded.",
    "The money will be back in your account by Friday.",
    "You'll see the amount on your card tomorrow.",
    "Sie erhalten den Betrag zurück.",
  ])("to one who asked for money: %s", (draft) => {
    expect(judged(draft, { reading: ASKS_REFUND })).toMatchObject({ reason: "policy_exception" });
  });

  it("names the limit when the amount is beyond it", () => {
    expect(judged("I have issued a refund of $450.")).toMatchObject({ rule: expect.stringContaining("200") });
  });

  it("sees through characters that cannot be seen and through markdown", () => {
    expect(shown("I've re\u200Bfunded your last payment.")).toMatch(/^stopped/);
    expect(shown("I've **refunded** your last payment.")).toMatch(/^stopped/);
    expect(shown("I have _issued_ a **full refund**.")).toMatch(/^stopped/);
  });
});

describe("the guard stops what was never done to a plan", () => {
  it.each([
    "I've upgraded your plan to Business.",
    "I have cancelled your subscription.",
    "I've gone ahead and switched you to Business.",
    "I'll downgrade you to Free today.",
    "Done! Your plan is now Business.",
    "Your plan has been upgraded.",
    "Your subscription has been cancelled as you asked.",
    "Your account was moved to the Team plan.",
    "You are now on the Business plan.",
    "I **upgraded** your workspace to Business.",
  ])("%s", (draft) => {
    expect(judged(draft)).toMatchObject({ kind: "reject", reason: "policy_exception" });
  });
});

describe("the guard stops promises of a person", () => {
  it.each([
    "I'll connect you with a human agent.",
    "I have forwarded this to our billing team.",
    "I've escalated this to a specialist.",
    "Let me get someone from the team.",
    "I'm transferring you to a colleague.",
    "Someone will contact you shortly.",
    "A member of our team will reach out to you.",
    "Our team will get back to you within 24 hours.",
    "A support agent will follow up by e-mail.",
    "One of our engineers will look into it.",
    "I've passed your request on to the support team.",
    "I'm going to ask a colleague to look at this.",
    "Ein Mitarbeiter wird sich bei Ihnen melden.",
    "Una persona le responderá pronto.",
    "Un conseiller va vous répondre.",
  ])("%s", (draft) => {
    expect(judged(draft)).toMatchObject({ kind: "reject", rule: expect.stringContaining("person") });
  });
});

describe("the guard hands over an answer that is not one", () => {
  it.each([
    "I'm not sure, but it may be under Settings.",
    "I’m not entirely certain about that.",
    "I am not sure about this.",
    "I don't know.",
    "I dоn't knоw (written with Cyrillic letters).",
    "I do not have any information about that.",
    "I don't have specific details on this feature.",
    "I couldn't find any information on that.",
    "I was not able to find an article about this.",
    "I can't confirm that.",
    "Unfortunately, there is no information about this in the help centre.",
    "This is not mentioned in our documentation.",
    "My best guess is that it is in Settings.",
    "I think it might be under Settings.",
    "Das weiß ich leider nicht.",
    "No estoy seguro.",
    "Je ne suis pas sûr.",
  ])("%s", (draft) => {
    expect(judged(draft)).toMatchObject({ kind: "reject", reason: "low_confidence", retryStronger: true });
  });
});
