import type { AddressInfo, Server } from "node:net";

import { SMTPServer } from "smtp-server";
import { onTestFinished } from "vitest";

/** A mail as the server took it: to whom it really goes, and its source. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

export interface MailServer {
  readonly url: string;
  readonly mails: TakenMail[];
  /** The code in the last mail. */
  lastCode(): string;
  /** From here on every mail is refused with this text; null takes them again. */
  refuse(why: string | null): void;
}

/** A real SMTP server on a free port; it keeps what it takes. Ends with the test. */
export async function startMailServer(): Promise<MailServer> {
  const mails: TakenMail[] = [];
  let refusal: string | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (refusal !== null) return done(new Error(refusal));
        mails.push({
          from: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString("utf8"),
        });
        return done();
      });
    },
  });
  onTestFinished(async () => closed(server));
  const port = await listening(server.server);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    lastCode() {
      const code = /support: ([0-9A-Z]{4}-[0-9A-Z]{4})/.exec(mails.at(-1)?.source ?? "")?.[1];
      if (code === undefined) throw new Error("no mail with a code has arrived");
      return code;
    },
    refuse(why) {
      refusal = why;
    },
  };
}

/** Listens on a free port of this machine, and says which. */
export async function listening(server: Pick<Server, "listen" | "address" | "once">): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

export async function closed(server: SMTPServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(resolve);
  });
}
