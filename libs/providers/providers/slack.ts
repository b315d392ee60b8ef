import { HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Handshake } from "../handshake.ts";
import { readJsonStrings } from "../json/read_json_strings.ts";
import type { Provider } from "../provider.ts";

/** Sent now and then to the URL of a command (https://github.com/slackapi/bolt-js/issues/1397). */
const SSL_CHECK = /^(?:token=[\w-]{0,100}&)?ssl_check=1(?:&token=[\w-]{0,100})?$/;
const SSL_CHECK_BYTES_MAX = 300;

const CHALLENGE = /^[A-Za-z0-9._~+/=-]{1,500}$/;

/** `url_verification`: signed like any event, answered with its own challenge. We sign nothing for it. `ssl_check` is not signed. */
const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: null,

  answer({ method, body }) {
    if (method !== "POST") return null;
    const found = readJsonStrings(body, ["type", "challenge"]);
    if (found?.get("type") !== "url_verification") return null;
    const challenge = found.get("challenge") ?? "";
    const headers = {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
    };
    if (CHALLENGE.test(challenge)) return { status: 200, headers, body: challenge };
    return {
      status: 400,
      headers,
      body: "",
      refused: "the challenge does not have the form of Slack's",
    };
  },

  // Bolt answers it, too, before it looks for a signature.
  answerUnsigned({ method, body }) {
    if (method !== "POST" || body.length > SSL_CHECK_BYTES_MAX) return null;
    if (!SSL_CHECK.test(Buffer.from(body).toString("latin1"))) return null;
    return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: "" };
  },

  sample(challenge, { url }) {
    const body = JSON.stringify({ token: "t", challenge, type: "url_verification" });
    return {
      method: "POST",
      url,
      headers: { "content-type": "application/json" },
      body: Buffer.from(body),
    };
  },
};

/** Slack's Events API. Bolt refuses only stale requests; here the future is refused, too. */
export const slack: Provider = {
  id: "slack",
  name: "Slack",
  documentation: "https://docs.slack.dev/authentication/verifying-requests-from-slack",
  recipe: {
    kind: "hmac",
    scheme: "slack",
    signature: { header: "x-slack-signature" },
    format: { kind: "plain", prefix: "v0=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: [{ literal: "v0:" }, "timestamp", { literal: ":" }, "body"],
    timestamp: {
      from: { header: "x-slack-request-timestamp" },
      unit: "s",
      pastSecondsMax: 300,
      futureSecondsMax: 300,
    },
  },
  handshake,
  describe: {
    // The envelope's type is `event_callback`. Interactions and commands are forms: `block_actions`, `/weather`.
    type: [
      { json: "/event/type" },
      { json: "/type" },
      { form: "payload", json: "/type" },
      { form: "command" },
    ],
    id: { json: "/event_id" },
  },
  canonical: {},
  // Interactions and commands have a trigger, `app_rate_limited` its minute.
  identity: {
    bodiesDiffer: [
      { form: "payload", json: "/trigger_id" },
      { form: "trigger_id" },
      { json: "/minute_rate_limited" },
    ],
  },
  ackDeadlineMs: 3_000,
  retries: {
    automatic: true,
    horizonMs: 6 * 60_000,
    note: "Three times: at once, after one minute, after five; X-Slack-Retry-Num counts them.",
    waitsMs: [0, MINUTE_MS, 5 * MINUTE_MS],
    switchesOff: { afterMs: HOUR_MS, how: "disabled" },
    source: "https://docs.slack.dev/apis/events-api/",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9a-f]{32}$/,
    note: "the app's signing secret, 32 hexadecimal digits",
    trial: (hex) => hex.slice(0, 32),
  },
  evidence: ["sdk", "example"],
  sampleTypes: ["app_mention", "message"],

  sample(type, now) {
    const seconds = Math.floor(now.getTime() / 1_000);
    const body = JSON.stringify({
      token: "XXYYZZ",
      team_id: "T123ABC456",
      api_app_id: "A123ABC456",
      event: {
        type,
        user: "U123ABC456",
        text: "Hello",
        ts: `${seconds}.000100`,
        channel: "C123ABC456",
      },
      type: "event_callback",
      event_id: `Ev${now.getTime()}`,
      event_time: seconds,
    });
    return { body, contentType: "application/json" };
  },
};
