import type { QuarantineReason } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { generic } from "../providers/generic.ts";
import { PROVIDERS } from "../providers.ts";
import { signaturePlaces } from "../recipe_places.ts";
import {
  ask,
  RECEIVED_AT,
  received,
  refusedRequest,
  SECRET,
  secretOf,
  signedBy,
  sourceOf,
} from "../suite/refused_requests.ts";
import { diagnose } from "./diagnose.ts";
import { similarName } from "./diagnose_spelling.ts";

test.each([
  ["x-webhook-signature", "X_Webhook_Signature", true],
  ["x-webhook-signature", "Webhook-Signature", true],
  ["x-webhook-signature", "HTTP_X_WEBHOOK_SIGNATURE", true],
  ["x-webhook-signature", "X-Webhook-Signatrue", true],
  ["x-webhook-signature", "X-WebhookSignature", true],
  ["x-webhook-signature", "X-Webhook-Signature", false],
  ["x-webhook-signature", "X-Webhook-Id", false],
  ["x-webhook-signature", "Content-Type", false],
  ["x-id", "x-it", false],
  ["x-webhook-signature", "X-Webhook-Signature\u00e9", false],
  ["x-webhook-signature", `X-Webhook-Signature${"x".repeat(200)}`, false],
])("similarName() of %s: %s", (wanted, sent, expected) => {
  expect(similarName(wanted, ["host", sent])).toBe(expected ? sent : null);
});

test("diagnose() names the header that is missing, and one that looks like it", () => {
  const sent = ["X-Webhook_Signature", "abc"];
  expect(ask(refusedRequest({ sent, reason: "missing_header" }))).toEqual([
    "No signature was sent: its sender sends it in header x-webhook-signature; it has a header " +
      '"X-Webhook_Signature", which looks like it.',
  ]);
  expect(ask(refusedRequest({ reason: "missing_header" }))).toEqual([
    "No signature was sent: its sender sends it in header x-webhook-signature.",
  ]);
});

test("diagnose() says of a body that is a token that it is empty, or none", () => {
  const source = sourceOf({ provider: "canvas" });
  const saysOf = (text: string) => {
    const reason = text === "" ? "missing_header" : "malformed_header";
    return ask(refusedRequest({ body: Buffer.from(text), reason }), { source });
  };
  expect(saysOf("")).toEqual([
    "No signature was sent: Canvas LMS sends it in the body, which is empty.",
  ]);
  expect(saysOf("{}")).toEqual([
    "The body is no signature of this scheme: that is a JSON Web Token.",
  ]);
});

test("diagnose() names each value that is signed and was not sent", () => {
  const source = sourceOf({ provider: "slack" });
  const sent = ["X-Slack-Signature", `v0=${"0".repeat(64)}`];
  expect(ask(refusedRequest({ sent, reason: "missing_header" }), { source })).toEqual([
    "There is no header x-slack-request-timestamp, which is signed.",
  ]);
});

test.each(["twilio", "mandrill", "mailgun", "payfast"])(
  "diagnose() says that a form of %s cannot be read",
  (provider) => {
    const sent = [
      "Content-Type",
      "application/x-www-form-urlencoded",
      "X-Twilio-Signature",
      "abc=",
    ];
    const body = Buffer.from("a=1&".repeat(2_001));
    const request = refusedRequest({ sent, body, reason: "no_match" });
    expect(ask(request, { source: sourceOf({ provider }) })).toEqual([
      "What is signed is read from the form, and this one is malformed, has more than 2000 fields or a name of more than 4096 bytes.",
    ]);
  },
);

test("diagnose() says that a header came more than once", () => {
  const sent = ["X-Webhook-Signature", "a", "x-webhook-signature", "b"];
  expect(ask(refusedRequest({ sent, reason: "malformed_header" }))).toEqual([
    "The header x-webhook-signature was sent 2 times: it must not be ambiguous which one counts.",
  ]);
  const empty = ["X-Webhook-Signature", ""];
  expect(ask(refusedRequest({ sent: empty, reason: "malformed_header" }))).toEqual([
    "The header x-webhook-signature is empty.",
  ]);
});

test("diagnose() says which provider it looks like", () => {
  const { headers } = signedBy("stripe", "theirs");
  const sent = Object.entries(headers).flat();
  expect(ask(refusedRequest({ sent, reason: "missing_header" }))).toEqual([
    "No signature was sent: its sender sends it in header x-webhook-signature.",
    "It has the header stripe-signature, which Stripe sends: is the URL of this source configured there by mistake?",
  ]);
});

test("diagnose() says that a secret does not look like one of the provider's", () => {
  const source = sourceOf({ provider: "stripe", secrets: [secretOf("sk_live_1", { id: "key" })] });
  const sentences = ask(received(signedBy("stripe", "other")), { source });
  expect(sentences[0]).toBe(
    'Secret "key" does not look like one of Stripe: starts with whsec_, one per endpoint and mode.',
  );
});

test.each([
  ["event_grid", true],
  ["event_grid_header", false],
])(
  "diagnose() knows what a secret looks like of a provider's first scheme only: %s",
  (scheme, odd) => {
    const secrets = [secretOf("Bearer 0123456789abcdef")];
    const source = sourceOf({ provider: "event_grid", scheme, secrets });
    const sentences = ask(received(signedBy("event_grid", "other", { scheme })), { source });
    const sentence = 'Secret "1" does not look like one of Azure Event Grid';
    expect(sentences.some((one) => one.startsWith(sentence))).toBe(odd);
  },
);

test.each([
  [false, "test"],
  [true, "live"],
])("diagnose() says of which mode an event of Stripe is: livemode %s", (livemode, mode) => {
  const secrets = [secretOf(`whsec_${"a".repeat(32)}`)];
  const source = sourceOf({ provider: "stripe", secrets });
  const body = JSON.stringify({ id: "evt_1", livemode });
  const sentences = ask(received(signedBy("stripe", "other", { body })), { source });
  expect(sentences[0]).toMatch(new RegExp(`^The event is from ${mode} mode`));
});

test("diagnose() says that the secret is another one if it finds nothing else", () => {
  expect(ask(received(signedBy("generic", "other")))).toEqual([
    "None of the common mistakes explains it: the sender has another secret, or " +
      "it is a forgery.",
  ]);
});

test("diagnose() takes the source's own recipe", () => {
  const source = sourceOf({ provider: "custom" });
  expect(ask(received(signedBy("generic", SECRET)), { source })).toEqual([]);
  const request = received(signedBy("generic", SECRET));
  const options = { source: { ...source, recipe: generic.recipe }, sources: [], now: RECEIVED_AT };
  expect(diagnose(request, options)).toEqual([expect.stringMatching(/^It verifies as the source/)]);
});

test.each<[string, string[], QuarantineReason, string]>([
  [
    "generic",
    ["x-webhook-signature", "zz"],
    "malformed_header",
    'What is in header x-webhook-signature is no signature of this scheme: that is SHA-256 in hexadecimal digits, perhaps after "sha256=".',
  ],
  [
    "stripe",
    ["stripe-signature", "zz"],
    "malformed_header",
    'What is in header stripe-signature is no signature of this scheme: that is SHA-256 in hexadecimal digits after "v1=", in a list with ",".',
  ],
  [
    "stripe",
    ["stripe-signature", "t=1,v0=ab"],
    "unknown_version",
    'What is in header stripe-signature has no signature of the version that this scheme knows: that is SHA-256 in hexadecimal digits after "v1=", in a list with ",".',
  ],
  [
    "netlify",
    ["x-webhook-signature", "zz"],
    "malformed_header",
    "What is in header x-webhook-signature is no signature of this scheme: that is a JSON Web Token.",
  ],
])("diagnose() of %s says what %j should look like", (provider, sent, reason, sentence) => {
  const source = sourceOf({ provider });
  expect(ask(refusedRequest({ sent, reason, provider }), { source })).toContain(sentence);
});

test("diagnose() has a sentence for what any provider's scheme cannot read", () => {
  for (const { id, recipe } of Object.values(PROVIDERS)) {
    for (const reason of ["malformed_header", "unknown_version"] as const) {
      const [place] = signaturePlaces(recipe);
      const sent = place && "header" in place ? [place.header, "zz"] : [];
      const request = refusedRequest({ sent, reason, provider: id });
      expect([id, reason, ask(request, { source: sourceOf({ provider: id }) })[0]]).toEqual([
        id,
        reason,
        expect.stringMatching(/\.$/),
      ]);
    }
  }
});
