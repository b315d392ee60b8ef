import { readJson, readPointer, readUnproven, type SignedRequest } from "@hookgate/signature";
import { MINUTE_MS, SECOND_MS } from "../durations.ts";
import type { Handshake, HandshakeResponse } from "../handshake.ts";
import { refuseHandshake } from "../handshake.ts";
import { readJsonStrings } from "../json/read_json_strings.ts";
import type { Provider } from "../provider.ts";

const NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const CONFIRMATION = [
  ...["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
];

/** The signed fields of each type of message, as the documentation lists them. */
const FIELDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["Notification", NOTIFICATION],
  ["SubscriptionConfirmation", CONFIRMATION],
  ["UnsubscribeConfirmation", CONFIRMATION],
]);

/** Places that are signed in every message. */
const COMMON: ReadonlySet<string> = new Set(["/Message", "/MessageId", "/Timestamp", "/Type"]);

/** Where AWS serves certificates and confirms subscriptions: one host for each region. */
const HOST = /^sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/**
 * Names and values, one per line. A message may contain any line, so it could be read as other fields if those could
 * contain lines, too. They never do: such a request is a forgery.
 */
function canonicalFields(request: SignedRequest): Uint8Array[] | null {
  const json = readJson(readUnproven(request));
  const fields = FIELDS.get(readPointer(json, "/Type"));
  if (fields === undefined) return null;
  let text = "";
  for (const name of fields) {
    const value = readPointer(json, `/${name}`) ?? undefined;
    if (value === undefined && name === "Subject") continue;
    if (typeof value !== "string" || (name !== "Message" && value.includes("\n"))) return null;
    text += `${name}\n${value}\n`;
  }
  return [Buffer.from(text)];
}

/**
 * `SubscriptionConfirmation`: signed like every message, for one of the source's topics, and completed by fetching a URL
 * of AWS. Without checking the topic, anyone's topic could subscribe itself.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: null,

  answer({ method, body }, { secrets }) {
    const found = readJsonStrings(body, ["Type", "TopicArn", "SubscribeURL"]);
    if (method !== "POST" || found?.get("Type") !== "SubscriptionConfirmation") return null;
    const topic = found.get("TopicArn") ?? "";
    if (topic === "" || !secrets.some(({ value }) => value === topic)) {
      return refuseHandshake(403, "the topic is not one of this source's");
    }
    return confirm(found.get("SubscribeURL") ?? "");
  },

  sample(challenge, { url }) {
    const topic = "arn:aws:sns:us-east-1:123456789012:hookgate";
    const query = new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topic });
    query.set("Token", challenge);
    const body = JSON.stringify({
      Type: "SubscriptionConfirmation",
      MessageId: "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
      Token: challenge,
      TopicArn: topic,
      Message: `You have chosen to subscribe to the topic ${topic}.`,
      SubscribeURL: `https://sns.us-east-1.amazonaws.com/?${query}`,
    });
    const headers = {
      "content-type": "text/plain; charset=UTF-8",
      "x-amz-sns-message-type": "SubscriptionConfirmation",
      "x-amz-sns-topic-arn": topic,
    };
    return { method: "POST", url, headers, body: Buffer.from(body) };
  },
};

function confirm(text: string): HandshakeResponse {
  const url = URL.parse(text);
  const isOurs =
    url !== null &&
    url.protocol === "https:" &&
    url.port === "" &&
    url.username === "" &&
    url.password === "" &&
    HOST.test(url.hostname) &&
    url.pathname === "/" &&
    url.searchParams.getAll("Action").join() === "ConfirmSubscription";
  if (!isOurs) return refuseHandshake(400, "the SubscribeURL is not one of AWS for a confirmation");
  url.hash = "";
  return { status: 200, headers: {}, body: "", confirmUrl: url.href };
}

/**
 * Amazon SNS over HTTPS. AWS signs everyone's topics with the same key, so the signature proves only that AWS sent it: the
 * source names its topics instead of secrets, and a request must be for one of them. The message's attributes and the
 * `UnsubscribeURL` are not covered. With raw message delivery nothing is signed.
 */
export const awsSns: Provider = {
  id: "aws_sns",
  name: "Amazon SNS",
  documentation:
    "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html",
  recipe: {
    kind: "certificate",
    scheme: "aws_sns",
    signature: { json: "/Signature" },
    digest: { from: { json: "/SignatureVersion" }, names: { 1: "sha1", 2: "sha256" } },
    encoding: "base64",
    certificate: {
      url: { json: "/SigningCertURL" },
      hosts: ["sns.*.amazonaws.com", "sns.*.amazonaws.com.cn"],
      path: "/SimpleNotificationService-",
    },
    identity: { json: "/TopicArn" },
    signed: [
      { compute: canonicalFields, covers: (place) => "json" in place && COMMON.has(place.json) },
    ],
    // The time of publishing, which retries keep for up to an hour. AWS states no tolerance.
    timestamp: {
      from: { json: "/Timestamp" },
      unit: "iso",
      pastSecondsMax: 3_600 + 300,
      futureSecondsMax: 300,
    },
    coversBody: false,
  },
  handshake,
  // The message is the publisher's own. The headers with the same data are not signed.
  describe: { type: { json: "/Type" }, id: { json: "/MessageId" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  // https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html and sns-message-delivery-retries.html
  ackDeadlineMs: 15_000,
  retries: {
    automatic: true,
    horizonMs: 3_600_000,
    note:
      "Three times, 20 seconds apart, unless the subscription's policy says otherwise; for an hour at most. A 4xx " +
      "ends the retries.",
    waitsMs: [20 * SECOND_MS, 20 * SECOND_MS, 20 * SECOND_MS],
    givesUpAfterMs: MINUTE_MS,
    source: "https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^arn:aws(?:-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/,
    note: "the topic's ARN, arn:aws:sns:region:account:name",
    trial: (hex) => `arn:aws:sns:eu-west-1:123456789012:${hex}`,
  },
  settings: [
    {
      name: "topicArns",
      required: true,
      secret: false,
      note:
        'the ARN of each of its topics, such as ["arn:aws:sns:eu-west-1:123456789012:orders"]: the signature proves only ' +
        "that AWS sent it, for whichever account",
    },
  ],
  secretsSetting: "topicArns",
  evidence: ["sdk"],
  sampleTypes: ["Notification"],

  sample(type, now) {
    const topic = "arn:aws:sns:us-east-1:123456789012:hookgate";
    const id = `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`;
    const endpoint = "https://sns.us-east-1.amazonaws.com/";
    const rest =
      type === "UnsubscribeConfirmation"
        ? { Token: "2336412f37", SubscribeURL: `${endpoint}?Action=ConfirmSubscription` }
        : { Subject: "My subject", UnsubscribeURL: `${endpoint}?Action=Unsubscribe` };
    const body = JSON.stringify({
      Type: type,
      MessageId: id,
      TopicArn: topic,
      Message: '{"example": true}\nand a second line',
      Timestamp: now.toISOString(),
      SignatureVersion: "1",
      ...rest,
    });
    return {
      body,
      contentType: "text/plain; charset=UTF-8",
      headers: {
        "x-amz-sns-message-type": type,
        "x-amz-sns-message-id": id,
        "x-amz-sns-topic-arn": topic,
        "user-agent": "Amazon Simple Notification Service Agent",
      },
    };
  },
};
