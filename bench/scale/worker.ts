/**
 * One of several equal processes: `node bench/scale/worker.ts DATABASE_URL MODEL_URL`. Commands come a line each
 * (`begin FROM TO`, `take`), answers go out a JSON object a line.
 */
import { join } from "node:path";
import { createInterface } from "node:readline";

import { createApp } from "../../src/app.ts";
import { configSchema } from "../../src/config/schema.ts";
import { createLog } from "../../src/ops/log.ts";
import { openStorage } from "../../src/store/open-storage.ts";
import { createSharedCrowd } from "./crowd.ts";

const ACME = join(import.meta.dirname, "..", "..", "examples", "acme");
/** What bounds one customer or one day would only end the measurement. */
const BOUNDLESS = 1_000_000;
const [databaseUrl = "", modelUrl = ""] = process.argv.slice(2);

const config = configSchema.parse({
  shop: { name: "Acme SaaS", link_hosts: ["acme.example", "app.acme.example"] },
  conversation: { quiet_window_ms: 0, messages_per_minute: BOUNDLESS },
  budgets: { per_conversation: BOUNDLESS, per_customer_day: BOUNDLESS, per_day: BOUNDLESS },
  knowledge: { article_url: "https://help.acme.example/articles/{id}", internal_ids: ["internal/*"] },
  desk: { adapter: "crowd" },
});
const storage = await openStorage(databaseUrl);
const crowd = createSharedCrowd();
const app = createApp({
  loaded: { config, path: "deskhand.yaml", baseDir: ACME, isSample: false },
  env: { ANTHROPIC_API_KEY: "sk-bench", ANTHROPIC_BASE_URL: modelUrl },
  store: storage.store,
  queue: storage.queue,
  reports: storage.reports,
  index: storage.index,
  mailer: null,
  log: createLog("error"),
  now: Date.now,
});
await app.start([crowd.adapter]);
say({ kind: "ready" });

for await (const line of createInterface({ input: process.stdin })) {
  const [command, from, to] = line.split(" ");
  if (command === "begin") {
    await crowd.begin(Number(from), Number(to));
    say({ kind: "begun" });
  } else {
    const { user, system } = process.cpuUsage();
    say({
      kind: "taken",
      ...crowd.take(),
      cpuMs: (user + system) / 1_000,
      rssMb: process.memoryUsage.rss() / 2 ** 20,
    });
  }
}
process.exit(0);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
