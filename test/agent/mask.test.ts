import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { BANK_REMOVED, CARD_REMOVED, mask, SECRET_REMOVED } from "../../src/agent/mask.ts";

/** A number with the given beginning and length whose check digit is right. */
function cardOf(prefix: string, length: number, filler: readonly number[]): string {
  const body = `${prefix}${filler.join("")}`.slice(0, length - 1);
  for (let check = 0; check <= 9; check += 1) {
    const whole = `${body}${check}`;
    let sum = 0;
    for (let at = 0; at < whole.length; at += 1) {
      const digit = Number(whole.at(-1 - at));
      sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
    }
    if (sum % 10 === 0) return whole;
  }
  throw new Error("no check digit fits");
}

const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 20, maxLength: 20 });
const issuers = fc.constantFrom(
  ["4", 16],
  ["51", 16],
  ["2221", 16],
  ["6011", 16],
  ["3528", 16],
) as fc.Arbitrary<[string, number]>;
/** Words around it that end in no digit. */
const around = fc.constantFrom("", "my card is ", "card:", "Nr.", "(", "please charge ", "カード");

describe("masking", () => {
  it("takes out every card number, in one piece or in groups, whatever stands between", () => {
    const between = fc.constantFrom("", " ", "-", "–", ".", "\u00a0", " - ", "\u200b", "\n");
    fc.assert(
      fc.property(
        issuers,
        digits,
        between,
        around,
        around,
        ([prefix, length], filler, gap, before, after) => {
          const card = cardOf(prefix, length, filler);
          const written = card.match(/.{4}/g)?.join(gap) ?? card;
          const masked = mask(`${before}${written} ${after}`);
          expect(masked).toContain(CARD_REMOVED);
          expect(masked.replaceAll(/\D/g, "")).toBe("");
        },
      ),
    );
  });

  it.each([
    "378282246310005",
    "3782 822463 10005",
    "30569309025904",
    "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
    "４２４２４２４２４２４２４２４２",
    "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
    "4242 4242 4242 4242 12/28",
    "4242424242424242,4000056655665556",
  ])("takes out %s", (card) => {
    const masked = mask(`it is ${card}`);
    expect(masked).toContain(CARD_REMOVED);
    expect(masked).not.toMatch(/\d{4}/);
  });

  it("leaves a number alone whose check digit is wrong", () => {
    fc.assert(
      fc.property(issuers, digits, ([prefix, length], filler) => {
        const card = cardOf(prefix, length, filler);
        const wrong = `${card.slice(0, -1)}${(Number(card.at(-1)) + 1) % 10}`;
        expect(mask(`order ${wrong} please`)).toBe(`order ${wrong} please`);
      }),
    );
  });

  it("leaves orders, tickets, tracking numbers, amounts, dates, phones and ids alone", () => {
    const some = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${length - 1}}$`));
    const kept = fc.oneof(
      some(4).map((n) => `T-${n}`),
      some(4).map((n) => `ORD-${n}`),
      some(12).map((n) => `#${n}`),
      some(12),
      fc.tuple(some(2), some(3), some(8)).map(([country, area, rest]) => `+${country} ${area} ${rest}`),
      some(13).map((n) => `+${n}`),
      fc.tuple(some(3), some(3), some(4)).map(([a, b, c]) => `(${a}) ${b}-${c}`),
      some(11).map((n) => `1Z999AA${n}`),
      some(6).map((n) => `$${n}.00`),
      some(22).map((n) => n),
      fc.constantFrom("2026-11-24 10:00:00", "2026-11-24T10:00:00.000Z", "<@U024BE7LH>", "INV-2026-11-2041"),
    );
    fc.assert(
      fc.property(fc.array(kept, { minLength: 1, maxLength: 4 }), (words) => {
        const text = `about ${words.join(", ")} please`;
        expect(mask(text)).toBe(text);
      }),
    );
  });

  it.each([
    "my password is hunter2",
    "password: hunter2!",
    "Password = swordfish",
    "my password is swordfish",
    'the password is "open sesame-9"',
    "DB_PASSWORD=swordfish",
    "mein Passwort lautet Sommer2026",
    "PIN: 4711",
    "api key: 9f8e7d6c5b4a",
    "here is my key sk-ant-api03-AAAAbbbbCCCC-dddd",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "xoxb-123456789012-abcdefghijkl",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "AKIAIOSFODNN7EXAMPLE",
    "Authorization: Bearer abcdef0123456789abcdef",
    "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "postgres://shop:tops3cret@db.internal:5432/shop",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----",
    "cvv 123",
  ])("takes out the secret of: %s", (text) => {
    const masked = mask(text);
    expect(masked).toContain(SECRET_REMOVED);
    expect(masked).not.toMatch(
      /hunter2|swordfish|sesame|Sommer2026|4711|9f8e|AAAAbbbb|4eC39|abcdefghijkl|IOSFODNN|abcdef0|dozjg|tops3cret|MIIEow|123$/,
    );
  });

  it("takes out a bank account, and only a real one", () => {
    expect(mask("to DE89 3704 0044 0532 0130 00 please")).toBe(`to ${BANK_REMOVED} please`);
    expect(mask("GB82WEST12345698765432")).toBe(BANK_REMOVED);
    expect(mask("AB12 3456 7890 1234 5678")).toBe("AB12 3456 7890 1234 5678");
  });

  it.each([
    "My password is wrong",
    "my password is not working since yesterday",
    "How do I reset my password? It is expired.",
    "The password was changed by somebody",
    "Reset password: I click the link and nothing happens",
    "where do I find my API key?",
    "The API key is invalid",
    "my token is rejected with error 401",
    "is the recovery code the same for everybody?",
    "the secret is to ask nicely",
    "ticket T-1017, order ORD-7310, code ACME-GOODWILL-25",
    "https://help.acme.example/articles/reset-password",
    "basic plan or business plan?",
    "I pass: word is out",
  ])("leaves alone: %s", (text) => {
    expect(mask(text)).toBe(text);
  });

  it("done twice is done once, whatever the text", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "password: ",
        "=",
        "sk-ant-",
        "4242 4242 4242 4242",
        "[",
        "]",
        "is ",
        "://a:",
        "@",
        " cvv 12",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = mask(pieces.join(""));
        expect(mask(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it("takes no longer for a text that is made to be slow", () => {
    const bad = [
      "4 ".repeat(50_000),
      "password ".repeat(12_000),
      "a_".repeat(50_000),
      "eyJ".repeat(33_000),
      "://".repeat(33_000),
      "-----BEGIN PRIVATE KEY-----".repeat(3_700),
      "A1".repeat(50_000),
      "1".repeat(100_000),
    ];
    for (const text of bad) {
      const start = performance.now();
      mask(text);
      expect(performance.now() - start).toBeLessThan(3_000);
    }
  });
});
