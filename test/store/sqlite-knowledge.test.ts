import { onTestFinished } from "vitest";

import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { describeKnowledge } from "../contracts/knowledge.ts";

describeKnowledge("SQLite", async () => {
  const opened = openSqlite(":memory:");
  onTestFinished(() => void opened.connection.close());
  return openSqliteKnowledge(opened);
});
