import { createHmac } from "node:crypto";
import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { trello } from "./trello.ts";

const CALLBACK = "https://hooks.example.com/api/webhooks/trello?memberID=14&mainModel=true";
const SECRETS = [{ id: "1", value: "secret" }];

checkProvider(trello, { url: CALLBACK });

test("trello verifies what the documented formula signs", async () => {
  const request = sampleRequest(trello, { url: CALLBACK });
  const mac = createHmac("sha1", "secret").update(request.body).update(CALLBACK).digest("base64");
  const seen = incoming({ ...request, headers: { "x-trello-webhook": mac } }, NOW);
  const verdict = await verify(trello.recipe, seen, { secrets: SECRETS });
  expect(verdict).toMatchObject({ ok: true, intact: true, signature: mac });
});

test.each([
  "http://hooks.example.com/api/webhooks/trello?memberID=14&mainModel=true",
  "https://hooks.example.com:443/api/webhooks/trello?memberID=14&mainModel=true",
  "https://hooks.example.com/api/webhooks/trello/?memberID=14&mainModel=true",
  "https://hooks.example.com/api/webhooks/trello?mainModel=true&memberID=14",
  "https://hooks.example.com/api/webhooks/trello",
])("trello refuses what was signed for another CALLBACK (%s)", async (url) => {
  const request = sign(trello.recipe, sampleRequest(trello, { url: CALLBACK }), {
    secret: "secret",
    now: NOW,
  });
  const verdict = await verify(trello.recipe, incoming({ ...request, url }, NOW), {
    secrets: SECRETS,
  });
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each([
  ["HEAD", { status: 200, headers: {}, body: "" }],
  ["POST", null],
  ["GET", null],
])("trello answers a %s as it should", (method, answer) => {
  const request = incoming({ ...sampleRequest(trello, { url: CALLBACK }), method }, NOW);
  expect(trello.handshake?.answer(request, { secrets: SECRETS, settings: {} })).toEqual(answer);
});
