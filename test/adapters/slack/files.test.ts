import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Attachment } from "../../../src/domain.ts";
import { readFileRef, toFileRef } from "../../../adapters/slack/file-ref.ts";
import { LARGEST_FILE_BYTES } from "../../../adapters/slack/files.ts";
import { type Bench, context, deliveryOf, failure, reply, startBench } from "./bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.slack.close());

const signal = () => AbortSignal.timeout(60_000);

/** A file that Ann posted. */
function annsFile(bytes: string): Attachment {
  bench.slack.say({
    channel: "CHELP",
    user: "UANN",
    text: "see",
    files: [{ name: "log.txt", bytes: Buffer.from(bytes) }],
  });
  const file = [...bench.slack.team().files.values()].at(-1);
  if (!file) throw new Error("Ann posted no file");
  const url = `${bench.slack.url}/files-pri/T1-${file.id}/log.txt`;
  const ref = toFileRef({ team: "T1", id: file.id, url });
  return { name: "log.txt", mimeType: "text/plain", bytes: bytes.length, adapter: "slack", ref };
}

function attachment(name: string, bytes = 4): Attachment {
  return { name, mimeType: "text/plain", bytes, adapter: "discord", ref: "1" };
}

describe("a file in Slack", () => {
  it("is fetched with the bot's token", async () => {
    const bytes = await bench.sender.fetchFile(annsFile("hello"), signal());
    expect(Buffer.from(bytes).toString()).toBe("hello");
  });

  it("is asked for by its id where Slack named no address", async () => {
    const file = annsFile("hello");
    const { id = "" } = readFileRef(file.ref) ?? {};
    const bytes = await bench.sender.fetchFile(
      { ...file, ref: toFileRef({ team: "T1", id, url: "" }) },
      signal(),
    );
    expect(Buffer.from(bytes).toString()).toBe("hello");
  });

  it("is not fetched from anywhere else, so that the token goes nowhere else", async () => {
    const file = annsFile("hello");
    for (const url of [
      "https://evil.example/x",
      "http://files.slack.com/x",
      "https://slack.com.evil.example/x",
    ]) {
      const error = await failure(
        bench.sender.fetchFile({ ...file, ref: toFileRef({ team: "T1", id: "F1", url }) }, signal()),
      );
      expect(error).toMatchObject({ code: "attachment_unavailable", message: "it is not stored in Slack" });
    }
  });

  it("is not mistaken for Slack's login page", async () => {
    const file = annsFile("hello");
    bench.slack.setScopes(["chat:write"]);
    const error = await failure(bench.sender.fetchFile(file, signal()));
    expect(error.code).toBe("attachment_unavailable");
    expect(error.message).toContain("files:read");
  });

  it("is not fetched when it is too large, or gone", async () => {
    const file = annsFile("hello");
    const large = { ...file, bytes: LARGEST_FILE_BYTES + 1 };
    expect((await failure(bench.sender.fetchFile(large, signal()))).message).toBe("it is larger than 20 MB");
    const gone = { ...file, ref: toFileRef({ team: "T1", id: "FNONE", url: "" }) };
    expect(await failure(bench.sender.fetchFile(gone, signal()))).toMatchObject({
      code: "attachment_unavailable",
    });
  });
});

describe("what somebody attached", () => {
  const staff = (attachments: readonly Attachment[], text = "Here") =>
    reply(text, { by: "staff", author: "Sam", attachments });
  const fetchFile = async ({ name }: Attachment) => Buffer.from(`bytes of ${name}`);

  function thread() {
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const answers = () => bench.slack.messages("CHELP", ts).filter(({ byApp }) => byApp);
    return { to: { adapter: "slack", key: `T1/CHELP/${ts}` }, answers };
  }

  it("is posted under the words, in the thread", async () => {
    const { to, answers } = thread();
    const files = [attachment("a.txt"), attachment("a.txt"), attachment("b.txt")];
    const sent = await bench.sender.send(deliveryOf(staff(files), { to }), context({ fetchFile }));
    const [words, shared, ...more] = answers();
    expect(words?.text).toBe("Here");
    expect(shared?.files.map(({ name }) => name)).toEqual(["a.txt", "2-a.txt", "b.txt"]);
    expect(more).toEqual([]);
    expect(sent.messageId.match(/F\w+/g)).toHaveLength(3);
  });

  it("is named with the reason when it cannot go along", async () => {
    const { to, answers } = thread();
    const files = [attachment("big.iso", LARGEST_FILE_BYTES * 2), attachment("gone.txt")];
    await bench.sender.send(deliveryOf(staff(files), { to }), context());
    expect(answers().map(({ text }) => text)).toEqual([
      "Here\n\nNot passed on: big.iso (it is larger than 20 MB)\n\nNot passed on: gone.txt (nobody has it)",
    ]);
  });

  it("is named when Slack does not take it", async () => {
    const { to, answers } = thread();
    bench.slack.setScopes(["chat:write", "chat:write.customize"]);
    await bench.sender.send(deliveryOf(staff([attachment("a.txt")]), { to }), context({ fetchFile }));
    expect(answers().map(({ text }) => text)).toEqual([
      "Here",
      "Not passed on: a.txt (Slack did not take it)",
    ]);
  });

  it("is not posted twice after a lost answer", async () => {
    const { to, answers } = thread();
    const delivery = deliveryOf(staff([attachment("a.txt")]), { to });
    bench.slack.failNext("files.completeUploadExternal", { status: 500, afterApplying: true });
    expect(await failure(bench.sender.send(delivery, context({ fetchFile })))).toMatchObject({
      code: "delivery_failed",
    });
    await bench.restarted().send(delivery, context({ fetchFile, maybeSent: true }));
    expect(answers().map(({ files }) => files.length)).toEqual([0, 1]);
  });

  it("goes with the words when these are taken back, also when somebody deleted it", async () => {
    const { to, answers } = thread();
    const sent = await bench.sender.send(
      deliveryOf(staff([attachment("a.txt")]), { to }),
      context({ fetchFile }),
    );
    const [, file = ""] = sent.messageId.split(",");
    bench.slack.failNext("files.delete", { error: "file_not_found" });
    const gone = reply("", { by: "staff", change: "deleted" });
    await bench.sender.send(deliveryOf(gone, { to, replaces: sent.messageId }), context());
    expect(answers().map(({ deleted }) => deleted)).toEqual([true, false]);
    expect(bench.slack.calls.at(-1)).toMatchObject({ method: "files.delete", args: { file } });
  });

  it("has its name for words when there are none", async () => {
    const { to, answers } = thread();
    await bench.sender.send(deliveryOf(staff([attachment("a.txt")], ""), { to }), context({ fetchFile }));
    expect(answers().map(({ text }) => text)).toEqual(["a.txt", ""]);
  });

  it("is not shown to everybody when the words are for one", async () => {
    const { to, answers } = thread();
    const delivery = deliveryOf(staff([attachment("a.txt")]), {
      to,
      visibility: "private",
      recipient: "UANN",
    });
    await bench.sender.send(delivery, context({ fetchFile }));
    expect(answers().flatMap(({ files }) => files)).toEqual([]);
    expect(bench.slack.ephemerals("CHELP", "UANN")[0]?.text).toContain("Not passed on: a.txt");
  });
});
