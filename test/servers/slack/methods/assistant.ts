import { optionalText, structured, text, type Args, type CallContext, type Methods } from "../api.ts";
import { isObject, listOf } from "../block-types.ts";
import { SlackRefusal } from "../refusal.ts";
import { joinedChannel } from "./places.ts";

export const assistant: Methods = {
  "assistant.threads.setStatus": {
    token: "bot",
    scopes: ["assistant:write"],
    run(args, call) {
      const { channel, threadTs } = thread(args, call);
      const loading = listOf(structured(args, "loading_messages")) ?? [];
      if (loading.length > 10 || loading.some((one) => typeof one !== "string")) {
        throw new SlackRefusal("invalid_arguments");
      }
      call.slack.statuses.push({
        channel,
        threadTs,
        status: optionalText(args, "status") ?? "",
        loadingMessages: loading.map(String),
        at: call.slack.world.now(),
      });
      return {};
    },
  },
  "assistant.threads.setTitle": {
    token: "bot",
    scopes: ["assistant:write"],
    run(args, call) {
      call.slack.titles.push({ ...thread(args, call), title: text(args, "title") });
      return {};
    },
  },
  "assistant.threads.setSuggestedPrompts": {
    token: "bot",
    scopes: ["assistant:write"],
    run(args, call) {
      const prompts = (listOf(structured(args, "prompts")) ?? []).map((prompt) => {
        const title = isObject(prompt) ? prompt["title"] : undefined;
        const message = isObject(prompt) ? prompt["message"] : undefined;
        if (typeof title !== "string" || typeof message !== "string" || !title || !message) {
          throw new SlackRefusal("invalid_arguments");
        }
        return { title, message };
      });
      if (prompts.length === 0 || prompts.length > 4) throw new SlackRefusal("invalid_arguments");
      call.slack.prompts.push({ ...thread(args, call), title: optionalText(args, "title") ?? null, prompts });
      return {};
    },
  },
};

function thread(args: Args, call: CallContext): { channel: string; threadTs: string } {
  const channel = joinedChannel(text(args, "channel_id"), call);
  const threadTs = text(args, "thread_ts");
  if (!channel.messages.has(threadTs)) throw new SlackRefusal("invalid_thread_ts");
  return { channel: channel.id, threadTs };
}
