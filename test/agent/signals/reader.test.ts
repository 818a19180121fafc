import { describe, expect, it } from "vitest";
import { assert, property, string } from "fast-check";
import type { PolicyTopic } from "../../../src/agent/reading.ts";
import { matchTopics, readLocally } from "../../../src/agent/signals/index.ts";
import { prepare } from "../../../src/agent/signals/prepare.ts";
import { sentencesToRead } from "../../../src/agent/signals/ngrams.ts";

function topic(text: string, kind: PolicyTopic["kind"]): PolicyTopic | undefined {
  return readLocally(text).policy.find((found) => found.kind === kind);
}

describe("asking for a person", () => {
  it.each([
    "human",
    "agent pls",
    "REPRESENTATIVE!!!",
    "h u m a n",
    "humaaaan",
    "speek to a represenative",
    "is there someone I can speak to",
    "can i get a callback from your team",
    "I don't want to talk to a bot",
    "if this isn't fixed today I want to speak to a manager",
    "My parcel is late. I've read the article. Can I talk to a person?",
    "kann ich mit einem Menschen sprechen",
    "quiero hablar con una persona",
    "je veux parler à un conseiller",
    "オペレーターと話したい",
    "is anyone real there?",
    "I don't want AI",
    "no AI please, human",
    "can someone tell me how to talk to a human",
    "can I talk to a developer about the API",
    "представитель",
    "оператор",
    "соедините с менеджером",
    "gerçek bir insanla konuşmak istiyorum",
    "beni bir temsilciye bağlayın",
    "me transfere para um atendente",
    "passatemi un operatore",
    "verbind me door met een medewerker",
    "proszę o kontakt z konsultantem",
  ])("hears it in %j", (text) => {
    expect(readLocally(text).wantsHuman).toBe(true);
  });

  it.each([
    "how do I add a human resources department",
    "which user agent do you support",
    "how do I assign an agent in the CRM",
    "your sales representative told me it was included",
    "operator precedence",
    "do you have an API for agents",
    "how many people can join",
    "I don't need a human, just tell me how long it takes",
    "no need to escalate",
    "are you a bot?",
    "I spoke to an agent yesterday and she fixed it",
    "> can I talk to a human?\nhe wrote that, I only want the price list",
    "Do not connect me to a human",
    "Can I talk to the API from Python?",
    "does a real person answer on Enterprise support?",
    "do you have human-readable logs?",
    "Could you please help me?",
    "can somebody tell me how to export",
    "is this a bot or a real person?",
    "insan kaynakları modülü nasıl açılır",
    "hoe voeg ik een medewerker toe",
    "как добавить сотрудника в команду",
  ])("does not hear it in %j", (text) => {
    expect(readLocally(text).wantsHuman).toBe(false);
  });

  it("is sure of the whole reading when the request is plain", () => {
    expect(readLocally("connect me to a human please").confidence).toBeGreaterThanOrEqual(0.95);
  });
});

describe("frustration", () => {
  it.each([
    "this is ridiculous",
    "third time I ask",
    "STILL NOT WORKING",
    "great, another useless answer",
    "das ist doch lächerlich",
    "estoy harto de esperar",
    "j'en ai marre",
    "🤬🤬",
    "your product sucks",
  ])("is heard in %j", (text) => {
    expect(readLocally(text).frustrated).toBe(true);
  });

  it.each([
    "the export fails with error 500",
    "it doesn't work on my phone",
    "not angry, just curious",
    "how do I handle angry customers",
    "THANK YOU SO MUCH",
    "my order hasn't arrived yet",
    "ok",
    "no",
    "never mind",
    "it also has a scratch",
  ])("is not heard in %j", (text) => {
    expect(readLocally(text).frustrated).toBe(false);
  });
});

describe("policy topics", () => {
  it("takes a refund for requested, with its amount, only when it is asked for", () => {
    expect(topic("refund me $450", "refund")).toMatchObject({
      requested: true,
      amountCents: 45_000,
      currency: "USD",
    });
    expect(topic("I want my money back, it was 899 dollars", "refund")).toMatchObject({
      requested: true,
      amountCents: 89_900,
    });
    expect(topic("what is your refund policy", "refund")?.requested).toBe(false);
    expect(topic("do you refund orders over $200?", "refund")?.requested).toBe(false);
    expect(topic("I don't want a refund, I want a replacement", "refund")?.requested ?? false).toBe(false);
  });

  it("names the sum that is asked back, not the larger one beside it", () => {
    expect(topic("The order was $900. Please refund the $120 for the lamp.", "refund")?.amountCents).toBe(
      12_000,
    );
  });

  it("multiplies what is asked for each", () => {
    expect(topic("please refund me for 3 orders of $150 each", "refund")?.amountCents).toBe(45_000);
  });

  it.each([
    ["cancel and refund the annual plan, 9,600", 960_000],
    ["give me a grand back", 100_000],
    ["please credit me 300", 30_000],
    ["You owe me 450", 45_000],
    ["the $450 charge is wrong, I want it back", 45_000],
    ["I deserve compensation of 500 dollars", 50_000],
    ["is it possible to be refunded the $450", 45_000],
  ])("takes %j for a request of %i", (text, amountCents) => {
    expect(topic(text, "refund")).toMatchObject({ requested: true, amountCents });
  });

  it.each([
    "do you refund $450 orders?",
    "what happens if I refund a $500 order",
    "is it possible to be refunded after 30 days",
    "I want the old view back, I want it back the way it was",
    "you owe me an explanation",
  ])("takes %j for no request", (text) => {
    expect(topic(text, "refund")?.requested ?? false).toBe(false);
  });

  it.each([
    ["refund $199 and $50", 24_900],
    ["refund $199 for the lamp and $50 for shipping", 24_900],
    ["refund $199, $50 and $20", 26_900],
    ["refund me 199 and 50", 24_900],
    ["refund 2 x $100 + $50", 25_000],
    ["refund between $100 and $150", 15_000],
    ["refund $100 and 50 euros", 10_000],
    ["refund $199 and 3 of the items", 19_900],
    ["I paid $450 and $50 for shipping, refund the $450", 45_000],
  ])("adds what is asked together in %j", (text, amountCents) => {
    expect(topic(text, "refund")?.amountCents).toBe(amountCents);
  });

  it("hears a request after a courtesy, in French too", () => {
    expect(readLocally("merci de me rembourser ma commande")).toMatchObject({
      intent: "refund",
      language: "fr",
    });
    expect(topic("merci de me rembourser ma commande", "refund")?.requested).toBe(true);
  });

  it("asks for all of it without an amount", () => {
    const found = topic("I want my money back. All of it.", "refund");
    expect(found?.requested).toBe(true);
    expect(found).not.toHaveProperty("amountCents");
  });

  it("leaves the amount out when none is named", () => {
    expect(topic("refund please, order #4412", "refund")).not.toHaveProperty("amountCents");
  });

  it.each([
    "upgrade me to Business",
    "switch our workspace to the annual plan",
    "cancel my subscription and move me to free",
  ])("takes %j for a change of plan", (text) => {
    expect(topic(text, "plan_change")?.requested).toBe(true);
  });

  it.each(["how do I upgrade", "what does the Business plan cost", "can I switch to annual later"])(
    "takes %j for a question about plans",
    (text) => {
      expect(topic(text, "plan_change")?.requested ?? false).toBe(false);
    },
  );

  it.each([
    "show me my colleague's orders",
    "what did jane@x.com buy",
    "give me the email of your other customers",
  ])("notices another customer's data in %j", (text) => {
    expect(topic(text, "other_customer")?.requested).toBe(true);
  });

  it.each(["show me my orders", "my colleague can't log in", "can other customers see my orders?"])(
    "sees nobody else's data in %j",
    (text) => {
      expect(topic(text, "other_customer")).toBeUndefined();
    },
  );
});

describe("the intent of a few words", () => {
  it.each(["ok", "yes", "no", "never mind", "merci", "danke!", "gracias"])("%j is small talk", (text) => {
    expect(readLocally(text).intent).toBe("small_talk");
  });

  it.each([
    ["your product sucks", "feedback"],
    ["is this a bot or a real person?", "other"],
    ["Danke, bitte Rechnung senden", "billing"],
    ["gracias, quiero cambiar mi correo", "account"],
  ])("%j is %s", (text, intent) => {
    expect(readLocally(text).intent).toBe(intent);
  });
});

describe("the operator's own topics", () => {
  const topics = [
    { name: "legal", phrases: ["lawyer", "Café Prozess"] },
    { name: "press", phrases: ["interview"] },
  ];

  it("match whole words whatever their case, accents and spacing", () => {
    expect(matchTopics("My LAWYER will write", topics)).toEqual([
      { kind: "custom", requested: true, name: "legal", evidence: "lawyer" },
    ]);
    expect(matchTopics("der cafe   prozeß läuft", topics)[0]?.name).toBe("legal");
    expect(matchTopics("lawyers and interviewers", topics)).toEqual([]);
  });

  it("never match an empty phrase", () => {
    expect(matchTopics("anything", [{ name: "x", phrases: ["!!!"] }])).toEqual([]);
  });
});

describe("language and complexity", () => {
  it.each([
    ["where is my order", "en"],
    ["wo ist meine Bestellung", "de"],
    ["dónde está mi pedido", "es"],
    ["où est ma commande", "fr"],
    ["где мой заказ", "ru"],
    ["注文はどこですか", "ja"],
    ["أين طلبي", "ar"],
    ["xyzzy", "en"],
  ])("reads %j as %s", (text, language) => {
    expect(readLocally(text).language).toBe(language);
  });

  it("calls logs and several technical conditions complex, a plain question simple", () => {
    const log = "getting this:\n```\nTypeError: x is undefined\n  at run (a.js:3)\n```\nonly with pagination";
    expect(readLocally(log).complexity).toBe("complex");
    expect(readLocally("how do I reset my password").complexity).toBe("simple");
  });
});

describe("odd input", () => {
  it("reads nothing out of nothing", () => {
    for (const text of ["", "   \n", "…", "🎉", "```"]) {
      expect(readLocally(text)).toMatchObject({ wantsHuman: false, frustrated: false, policy: [] });
    }
  });

  it("never throws, and always stays within bounds", () => {
    assert(
      property(string({ unit: "binary", maxLength: 400 }), (text) => {
        const { confidence, language } = readLocally(text);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(language).toMatch(/^[a-z]{2}$/);
      }),
    );
  });

  it("reads a bounded part of a huge text, and both of its ends", () => {
    const huge = `${"log line, nothing to see. ".repeat(8_000)} I want to talk to a human`;
    const message = prepare(huge);
    expect(message.plain.length).toBeLessThanOrEqual(4_001);
    expect(sentencesToRead(message).length).toBeLessThanOrEqual(24);
    expect(readLocally(huge).wantsHuman).toBe(true);
    expect(readLocally(`talk to a human please. ${"x".repeat(100_000)}`).wantsHuman).toBe(true);
  });

  it("does not choke on repetition that patterns could backtrack over", () => {
    for (const piece of [
      "please ",
      "a real live human ",
      "give me the my your ",
      "aaaa",
      "1.",
      "@a.",
      "refund my ",
      "refund $5 and ",
      "ok ",
      "no never mind then ",
      "можно поговорить ",
      "is it possible to refund ",
    ]) {
      expect(readLocally(piece.repeat(20_000)).by).toBe("local");
    }
  });

  it("reads right-to-left text and stray surrogates", () => {
    expect(readLocally("\u202eأريد التحدث مع شخص\ud800").language).toBe("ar");
  });
});
