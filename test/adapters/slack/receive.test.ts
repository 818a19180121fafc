import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { pino } from "pino";
import { expect, it } from "vitest";

import { createHttp } from "../../../adapters/slack/receive.ts";

const log = pino({ level: "silent" });

it("an HTTP server that did not start can be stopped, so that the reason is what is shown", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const address = { host: "127.0.0.1", port: (taken.address() as AddressInfo).port };
  const never = createHttp({ log, address, signingSecret: "secret" });
  await never.stop();
  await expect(never.start()).rejects.toThrow(/EADDRINUSE/);
  await never.stop();
  await new Promise((resolve) => taken.close(resolve));
});
