import { describe, expect, it } from "vitest";

import { maskPersonal } from "../../src/agent/mask-personal.ts";
import { forTitle } from "../../src/title.ts";
import { shown } from "./guard-scene.ts";

describe("what leads to a person", () => {
  it.each([
    ["call +49 151 23456789", "call (phone number removed)"],
    ["+1 555 0100 now", "(phone number removed) now"],
    ["(555) 010-0199", "(phone number removed)"],
    ["555-010-0199", "(phone number removed)"],
    ["0151 23456789", "(phone number removed)"],
    ["030/1234567", "(phone number removed)"],
    ["00491511234567", "(phone number removed)"],
    ["I live at 12 Elm Street, Springfield", "I live at (address removed), Springfield"],
    ["Hauptstraße 12", "(address removed)"],
    ["Berliner Str. 7a", "(address removed)"],
    ["12 rue de la Paix", "(address removed)"],
    ["Calle Mayor 5", "(address removed)"],
    ["write ann@mail.example", "write (e-mail removed)"],
  ])("is taken out: %s", (text, masked) => {
    expect(maskPersonal(text)).toBe(masked);
    expect(maskPersonal(masked)).toBe(masked);
  });

  it.each([
    "01.02.2026 10:00",
    "2026-11-20",
    "INV-2026-11-2041",
    "1Z999AA10123456784",
    "ORD-7310 and T-1003",
    "version 0.12.345",
    "10.0.0.1",
    "$144.00 a month for 12 seats",
    "In 3 steps on the main street",
    "10 000 000 rows",
    "error 0x80070005",
  ])("is not seen in: %s", (text) => {
    expect(maskPersonal(text)).toBe(text);
  });

  it("is no part of a thread's name, and neither is a card number", () => {
    expect(forTitle("refund ann@mail.example, card 4242 4242 4242 4242")).toBe(
      "refund (e-mail removed), card [card number removed]",
    );
  });
});

describe("an answer", () => {
  const said = "Is it +49 151 23456789, 12 Elm Street?";

  it("repeats in public nothing that a customer wrote of themselves there", () => {
    expect(shown(said, { visibility: "public", question: said })).toBe(
      "Is it (phone number removed), (address removed)?",
    );
  });

  it("repeats in private what the customer wrote, and nothing from nowhere", () => {
    expect(shown(said, { question: said })).toBe(said);
    expect(shown(said)).toBe("Is it (phone number removed), (address removed)?");
  });

  it("may give what an article gives, and in private what the account says", () => {
    const passages = [
      {
        id: "1",
        articleId: "contact",
        title: "Contact",
        heading: "",
        url: null,
        text: `Contact. ${said}`,
        audience: "customer" as const,
        score: 1,
      },
    ];
    expect(shown(said, { visibility: "public", passages })).toBe(said);
    expect(shown(said, { usedTools: [{ name: "get_order_status", ok: true }] })).toBe(said);
  });
});
