import { validateHeaderValue } from "node:http";
import { formatHeaderBlock } from "@hookgate/providers";
import { anyText } from "@hookgate/testing/any_text";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { exampleSecret } from "../../suite/example_source.ts";
import { sampleClaimed, sampleSubscription } from "../../suite/sample_claimed.ts";
import { endpointHeaders, headerText } from "./endpoint_headers.ts";

const NOW = Date.UTC(2026, 0, 2);
const SUBSCRIPTION = sampleSubscription({
  target: {
    kind: "endpoint",
    url: "https://crm.example.com/",
    secrets: [exampleSecret()],
    forwardHeaders: true,
    headers: [],
    ratePerSecond: null,
  },
});

function headersOf(sent: string[], { forwarded }: { forwarded: boolean }) {
  const headers = formatHeaderBlock(sent);
  const event = { source: "stripe/eu", type: "payment.success", headers, body: Buffer.from("{}") };
  const claimed = sampleClaimed({ event });
  const leaving = forwarded ? headers : null;
  const named = endpointHeaders(claimed, SUBSCRIPTION, { number: 3, now: NOW, leaving });
  return { claimed, headers: named };
}

test("endpointHeaders() say who sends, what it is, and prove it", () => {
  const sent = ["Content-Type", "application/vnd.x+json; charset=utf-8", "X-A", "1"];
  const { claimed, headers } = headersOf(sent, { forwarded: false });
  expect(headers).toEqual({
    "content-type": "application/vnd.x+json; charset=utf-8",
    "content-length": "2",
    "user-agent": expect.stringMatching(/^hookgate\/\d+\.\d+\.\d+$/),
    "hookgate-source": "stripe/eu",
    "hookgate-type": "payment.success",
    "hookgate-attempt": "3",
    "hookgate-delivery": claimed.delivery.id,
    "webhook-id": claimed.event.id,
    "webhook-timestamp": String(NOW / 1_000),
    "webhook-signature": expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
  });
});

test.each([
  [[], undefined],
  [["may_repeat"], "may_repeat"],
  [["released", "id_not_signed", "seen_before"], "released, id_not_signed, seen_before"],
] as const)(
  "endpointHeaders() name the flags %j, and a provider's own do not count",
  (flags, named) => {
    const claimed = sampleClaimed({ event: { flags } });
    const leaving = formatHeaderBlock(["Hookgate-Flags", "forged"]);
    const headers = endpointHeaders(claimed, SUBSCRIPTION, { number: 1, now: NOW, leaving });
    expect(headers["hookgate-flags"]).toBe(named);
  },
);

test("endpointHeaders() pass on the provider's own, but never in place of ours", () => {
  const sent = ["X-A", "1", "Webhook-Id", "theirs", "User-Agent", "theirs", "Hookgate-Type", "b"];
  const { claimed, headers } = headersOf(sent, { forwarded: true });
  expect(headers).toMatchObject({
    "x-a": "1",
    "webhook-id": claimed.event.id,
    "hookgate-type": "payment.success",
    "user-agent": expect.stringMatching(/^hookgate/),
  });
});

test.each([
  ["the first content type of several", ["content-type", "a/b", "Content-Type", "c/d"], "a/b"],
  ["no content type where none was sent", [], undefined],
])("endpointHeaders() have %s", (_what, sent, contentType) => {
  const { headers } = headersOf(sent, { forwarded: true });
  expect(headers["content-type"]).toBe(contentType);
});

test.each([
  ["payment.success", "payment.success"],
  ["stripe/eu", "stripe/eu"],
  ["Push Hook", "Push%20Hook"],
  ["50% off", "50%25%20off"],
  ["größe.geändert", "gr%C3%B6%C3%9Fe.ge%C3%A4ndert"],
  ["注文.作成 😀", "%E6%B3%A8%E6%96%87.%E4%BD%9C%E6%88%90%20%F0%9F%98%80"],
  ["a\r\nx-injected: 1", "a%0D%0Ax-injected:%201"],
  ["\ud800", "%EF%BF%BD"],
])("headerText() of %j is legal", (text, value) => {
  expect(headerText(text)).toBe(value);
});

test("headerText() is a legal value of any text, which can be read back", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const value = headerText(text);
      validateHeaderValue("hookgate-type", value);
      expect(value).toMatch(/^[\x21-\x7e]*$/);
      expect(decodeURIComponent(value)).toBe(text.toWellFormed());
    }),
  );
});

test("endpointHeaders() continue the event's trace instead of the provider's", () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const theirs = traceparent.replace("4bf9", "ffff");
  const headers = formatHeaderBlock(["traceparent", theirs, "tracestate", "a=1", "x-a", "1"]);
  const claimed = sampleClaimed({ event: { headers } });
  const options = { number: 1, now: NOW, leaving: headers };
  const traced = endpointHeaders(claimed, SUBSCRIPTION, { ...options, traceparent });
  expect(traced).toMatchObject({ traceparent, "x-a": "1" });
  const stated = endpointHeaders(claimed, SUBSCRIPTION, {
    ...options,
    traceparent,
    tracestate: "b=2",
  });
  expect(stated["tracestate"]).toBe("b=2");
  expect(traced["tracestate"]).toBeUndefined();
  const untraced = endpointHeaders(claimed, SUBSCRIPTION, options);
  expect(untraced).toMatchObject({ traceparent: theirs, tracestate: "a=1" });
});
