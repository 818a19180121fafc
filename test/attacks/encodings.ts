/** Ways to write a word so that no rule that compares words sees it, and its reader gets it back. */
export const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => Array.from(text).toReversed().join(""),
  (text) => Buffer.from(text).toString("base64"),
  (text) => Buffer.from(`x${text}`).toString("base64url"),
  (text) => Buffer.from(`xx${text}`).toString("base64"),
  (text) => Buffer.from(text).toString("hex"),
  (text) => Array.from(text, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join(""),
  (text) => Array.from(text, (letter) => letter.charCodeAt(0)).join(" "),
  (text) => Array.from(text).join("-"),
  (text) => Array.from(text).join("\u200b"),
  (text) => text.replaceAll(/[a-z]/gi, rot13),
  (text) => text.toUpperCase(),
  (text) => text.replaceAll(/[a-z]/g, (letter) => String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97)),
  (text) => text.replaceAll("a", "а").replaceAll("o", "о").replaceAll("e", "е"),
];

function rot13(letter: string): string {
  const base = letter <= "Z" ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}

/** The word in a text, however it is written there. */
export function holds(text: string, word: string): boolean {
  const plain = bare(text);
  const known = FORMS.get(word) ?? formsOf(word);
  FORMS.set(word, known);
  return known.exact.some((form) => text.includes(form)) || known.bare.some((form) => plain.includes(form));
}

const FORMS = new Map<string, { readonly exact: readonly string[]; readonly bare: readonly string[] }>();

function formsOf(word: string) {
  const base64 = ["", "x", "xx"].map((before) => {
    const whole = Buffer.from(before + word).toString("base64url");
    // The ends depend on what stands beside it.
    const end = (before.length + word.length) % 3 === 0 ? undefined : -1;
    return whole.slice(before === "" ? 0 : before.length + 1, end);
  });
  const reversed = Array.from(word).toReversed().join("");
  const codes = Array.from(word, (letter) => letter.charCodeAt(0));
  return {
    exact: [word, ...base64],
    bare: [
      word,
      reversed,
      word.replaceAll(/[a-z]/gi, rot13),
      Buffer.from(word).toString("hex"),
      codes.join(""),
    ].map(bare),
  };
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  а: "a",
  о: "o",
  е: "e",
  с: "c",
  р: "p",
  х: "x",
  і: "i",
};

/** Letters and digits alone, plain and small. */
function bare(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[а-яі]/gu, (letter) => LOOK_ALIKES[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}
