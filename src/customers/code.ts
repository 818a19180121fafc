import { randomInt, scryptSync, timingSafeEqual } from "node:crypto";

/** Without I, L, O and U: nothing that is read as another, and no words. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 8;
/** About 10^12 codes, five tries and ten minutes: guessing is hopeless, and so is trying all against a stolen hash. */
const COST = { N: 2 ** 12, r: 8, p: 1 } as const;
export const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** `ABCD-EFGH`. */
export function newCode(): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}

/** `salt:key`, both in base64url. */
export function hashCode(code: string, salt: Buffer): string {
  return `${salt.toString("base64url")}:${keyOf(code, salt).toString("base64url")}`;
}

/** As people type it: in any case, with or without the dash, O for 0, I or L for 1. */
export function codeMatches(typed: string, hash: string): boolean {
  const [salt = "", key = ""] = hash.split(":");
  const expected = Buffer.from(key, "base64url");
  const given = keyOf(typed, Buffer.from(salt, "base64url"));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function keyOf(code: string, salt: Buffer): Buffer {
  const plain = code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  return scryptSync(plain, salt, KEY_BYTES, COST);
}
