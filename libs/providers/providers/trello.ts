import { HEAD_HANDSHAKE } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** Trello signs the body, followed by the callback URL exactly as the webhook was created with it. */
export const trello: Provider = {
  id: "trello",
  name: "Trello",
  documentation: "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "trello",
    signature: { header: "x-trello-webhook" },
    digest: "sha1",
    encoding: "base64",
    signed: ["body", "url"],
  },
  // Before creating a webhook, Trello sends HEAD to the callback URL.
  handshake: HEAD_HANDSHAKE,
  // The action's id: if several webhooks of one source watch its board and its card, each sends it.
  describe: { type: { json: "/action/type" }, id: { json: "/action/id" } },
  canonical: {},
  // Webhooks of a board and of its card send the same action, each with its own `model`.
  identity: { bodiesDiffer: false, idUnique: false },
  ackDeadlineMs: null,
  // The retries are described by a third-party package; no statement by Trello was found.
  retries: {
    automatic: true,
    horizonMs: null,
    note:
      "Three times, after 30, 60 and 120 seconds; webhooks that keep failing for 30 days are disabled. Not " +
      "confirmed by Trello.",
  },
  needsPublicUrl: true,
  secretHint: {
    pattern: null,
    note: "the application's secret, shown below its API key; not the token",
  },
  evidence: ["formula"],
  sampleTypes: ["createCard", "updateCard", "commentCard"],

  sample(type, now) {
    const seconds = Math.floor(now.getTime() / 1_000);
    const body = JSON.stringify({
      model: { id: "4d5ea62fd76aa1136000000c", name: "Course board", closed: false },
      action: {
        // The first eight digits of Trello's ids are the time of creation.
        id: `${seconds.toString(16).padStart(8, "0")}f96e5275dd00${now.getMilliseconds().toString(16).padStart(4, "0")}`,
        idMemberCreator: "4ee7e707e582acdec800051a",
        data: { board: { id: "4d5ea62fd76aa1136000000c", name: "Course board" } },
        type,
        date: now.toISOString(),
      },
    });
    return { body, contentType: "application/json" };
  },
};
