import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from "node:crypto";

/** Seals what must not be readable in the database: whoever has a workspace's token can read along there. */
export interface Vault {
  /** `about` is bound to the sealed text: moved under another key it does not open. */
  seal(plain: string, about: string): string;
  /** Throws when the secret is another one, or when anything was changed. */
  open(sealed: string, about: string): string;
}

/** Version of the format, so that another one can be told apart. */
const VERSION = "v1";
const SALT = "deskhand installations";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** AES-256-GCM. A pass phrase is stretched once (scrypt, some 50 ms); each text has a key of its own by HKDF. */
export function createVault(secret: string): Vault {
  const root = scryptSync(secret, SALT, KEY_BYTES);
  const keyFor = (about: string) => Buffer.from(hkdfSync("sha256", root, SALT, about, KEY_BYTES));
  return {
    seal(plain, about) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", keyFor(about), iv);
      cipher.setAAD(Buffer.from(about, "utf8"));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    open(sealed, about) {
      const [version, packed = ""] = sealed.split(".");
      if (version !== VERSION) throw new Error(`sealed by another version (${version ?? ""})`);
      const bytes = Buffer.from(packed, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", keyFor(about), bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(about, "utf8"));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const body = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([body, decipher.final()]).toString("utf8");
    },
  };
}
