import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { recipeFor } from "../source_provider.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { auth0 } from "./auth0.ts";

checkProvider(auth0);

const basic = Buffer.from("ada:secret").toString("base64");

test.each([
  [null, "secret", "Bearer secret", { ok: true, scheme: "auth0", intact: false }],
  [null, "secret", "bearer secret", { ok: true, scheme: "auth0" }],
  [null, "secret", "secret", { ok: false, reason: "malformed_header" }],
  [null, "ada:secret", `Basic ${basic}`, { ok: false, reason: "malformed_header" }],
  ["auth0_basic", "ada:secret", `Basic ${basic}`, { ok: true, scheme: "auth0_basic" }],
  ["auth0_basic", "secret", "Bearer secret", { ok: false, reason: "malformed_header" }],
  ["auth0_logs", "secret", "secret", { ok: true, scheme: "auth0_logs" }],
  ["auth0_logs", "Bearer secret", "Bearer secret", { ok: true, scheme: "auth0_logs" }],
  ["auth0_logs", "secret", "Bearer secret", { ok: false, reason: "no_match" }],
])("auth0 with scheme %s and secret %s judges %s", async (scheme, value, header, verdict) => {
  const request = incoming({ ...sampleRequest(auth0), headers: { authorization: header } }, NOW);
  const recipe = recipeFor(auth0, scheme);
  if (recipe === null) throw new Error(`auth0 has no scheme ${scheme}`);
  expect(await verify(recipe, request, { secrets: [{ id: "1", value }] })).toMatchObject(verdict);
});

const LOGIN = '{"log_id":"90020250508","data":{"type":"s","log_id":"90020250508"}}';
const SIGNUP = '{"log_id":"90020250509","data":{"type":"ss"}}';

test.each([
  ["an event", '{"id":"evt_1","type":"user.created","data":{}}', "user.created", "evt_1"],
  ["a log", LOGIN, "s", "90020250508"],
  ["a list of one log", `[${LOGIN}]`, "s", "90020250508"],
  ["a list of logs of a type", `[${LOGIN},${LOGIN}]`, "s", ""],
  ["a list of logs of two types", `[${LOGIN},${SIGNUP}]`, "mixed", ""],
  ["a log in a line", `${LOGIN}\n`, "s", "90020250508"],
  ["logs in lines", `${LOGIN}\r\n${SIGNUP}\n`, "mixed", ""],
  ["lines that are broken", `${LOGIN}\n{`, "unknown", ""],
  ["a log without a code", '{"log_id":"1","data":{}}', "unknown", "1"],
  ["an empty list", "[]", "unknown", ""],
  ["nothing", "", "unknown", ""],
  ["more lines than it reads", `${LOGIN}\n`.repeat(40_000), "unknown", ""],
])("auth0 reads %s", (_, body, type, providerEventId) => {
  const request = incoming({ ...sampleRequest(auth0), body: Buffer.from(body) }, NOW);
  expect(describeEvent(auth0, request)).toMatchObject({ type, providerEventId });
});
