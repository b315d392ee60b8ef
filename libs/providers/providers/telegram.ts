import {
  memberNames,
  readJson,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import type { Provider } from "../provider.ts";

const DAY_MS = 86_400_000;

/** Telegram bots: the secret that `setWebhook` was given is sent in a header. It proves nothing about the body. */
export const telegram: Provider = {
  id: "telegram",
  name: "Telegram",
  documentation: "https://core.telegram.org/bots/api#setwebhook",
  recipe: {
    kind: "shared_secret",
    scheme: "telegram",
    from: { header: "x-telegram-bot-api-secret-token" },
  },
  /** An update has its id and one other member, which names what it is. */
  describe(request: SignedRequest) {
    const update = readJson({ request });
    const id = scalarText(readPointer(update, "/update_id")) ?? "";
    const names = id === "" ? [] : memberNames(update);
    const type = names.find((name) => name !== "update_id") ?? "";
    return { type, providerEventId: id, readable: type !== "" };
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  // https://github.com/tdlib/telegram-bot-api/issues/211
  ackDeadlineMs: 60_000,
  retries: {
    automatic: true,
    horizonMs: DAY_MS,
    note: "A reasonable number of times, until answered 2xx; updates are kept for at most 24 hours.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[A-Za-z0-9_-]{1,256}$/,
    note: "secret_token of setWebhook: 1 to 256 letters, digits, _ and -",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["message", "callback_query", "channel_post"],

  sample(type, now) {
    const seconds = Math.floor(now.getTime() / 1_000);
    const chat = { id: 1111111, type: "private", first_name: "Ada" };
    const content = { message_id: 1365, date: seconds, chat, text: "/start" };
    return {
      body: JSON.stringify({ update_id: now.getTime() % 2 ** 31, [type]: content }),
      contentType: "application/json",
    };
  },
};
