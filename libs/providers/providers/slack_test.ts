import { incoming, sign } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { verifySlackRequest } from "@slack/bolt";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { slack } from "./slack.ts";

checkProvider(slack, {
  oracle: {
    verify({ headers, body }, { secret, now }) {
      verifySlackRequest({
        signingSecret: secret,
        body: Buffer.from(body).toString(),
        headers: {
          "x-slack-signature": headers["x-slack-signature"] ?? "",
          "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
        },
        nowMilliseconds: now,
      });
      return true;
    },
  },
});

const EXAMPLE = [
  "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V",
  "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=",
  "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554",
  "%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
].join("");

test("slack signs the documentation's worked example as documented, and reads the command", () => {
  const request = {
    ...sampleRequest(slack),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(EXAMPLE),
  };
  const secret = "8f742231b10e8888abcd99yyyzzz85a5";
  const signed = sign(slack.recipe, request, { secret, now: 1_531_420_618_000 });
  expect(signed.headers).toMatchObject({
    "x-slack-request-timestamp": "1531420618",
    "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  });
  expect(describeEvent(slack, incoming(signed, NOW)).type).toBe("/webhook-collect");
});

test.each([
  ["ssl_check=1&token=xxx", 200],
  ["token=xxx&ssl_check=1", 200],
  ["ssl_check=1", 200],
  ["ssl_check=0&token=xxx", null],
  ["ssl_check=1&command=%2Fdeploy", null],
  ["ssl_check=1&payload=%7B%7D", null],
  [EXAMPLE, null],
  ["", null],
])("slack's check of a connection is answered though nothing signs it: %s", (body, status) => {
  const request = { ...sampleRequest(slack), headers: {}, body: Buffer.from(body) };
  expect(slack.handshake?.answerUnsigned?.(incoming(request, NOW))?.status ?? null).toBe(status);
});

test("slack answers a challenge with itself, and refuses one that Slack would not send", () => {
  const url = "https://hooks.example.com/api/webhooks/slack";
  const answer = (challenge: string) => {
    const request = slack.handshake?.sample(challenge, { url });
    const options = { secrets: [], settings: {} };
    return request && slack.handshake?.answer(incoming(request, NOW), options);
  };
  expect(answer("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")).toMatchObject({
    status: 200,
    body: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
  });
  for (const challenge of ["", "<script>", "v0:1:{}", "a b", "a".repeat(501)]) {
    expect(answer(challenge)).toMatchObject({ status: 400, body: "" });
  }
});
