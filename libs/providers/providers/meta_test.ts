import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { sign as signAsGithub } from "@octokit/webhooks-methods";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { meta } from "./meta.ts";

checkProvider(meta, { settings: { verify_token: "example" } });

const URL_BASE = "https://hooks.example.com/api/webhooks/meta";

test("meta signs as GitHub's package does: Meta has none of its own", async () => {
  const request = sampleRequest(meta);
  const theirs = await signAsGithub("app secret", Buffer.from(request.body).toString());
  const ours = sign(meta.recipe, request, { secret: "app secret", now: NOW });
  expect(ours.headers["x-hub-signature-256"]).toBe(theirs);
  // The older header beside it is made with SHA-1, and counts for nothing.
  const headers = { "x-hub-signature": theirs.replace("sha256", "sha1") };
  const secrets = [{ id: "1", value: "app secret" }];
  const verdict = await verify(meta.recipe, incoming({ ...request, headers }, NOW), { secrets });
  expect(verdict).toEqual({ ok: false, reason: "missing_header" });
});

test("meta answers the documentation's verification request", () => {
  const query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock";
  expect(answer(query, { verify_token: "meatyhamhock" })).toEqual({
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body: "1158201444",
  });
});

test.each([
  ["another token", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=b", { verify_token: "a" }],
  ["no token", "hub.mode=subscribe&hub.challenge=1", { verify_token: "a" }],
  [
    "two tokens",
    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=a&hub.verify_token=a",
    { verify_token: "a" },
  ],
  ["no token where none is set", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=", {}],
  [
    "an empty token where it is empty",
    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
    { verify_token: "" },
  ],
])("meta refuses a verification with %s", (_, query, settings) => {
  const refused = { status: 403, body: "", refused: expect.any(String) };
  expect(answer(query, settings)).toMatchObject(refused);
});

test("meta sends back no challenge that could be more than one", () => {
  const query = "hub.mode=subscribe&hub.verify_token=a&hub.challenge=";
  for (const challenge of ["", "%3Cscript%3E", "1&hub.challenge=2"]) {
    expect(answer(query + challenge, { verify_token: "a" })).toMatchObject({ status: 400 });
  }
});

test.each(["", "hub.mode=unsubscribe", "hub.challenge=1"])(
  "meta takes GET ?%s for no handshake",
  (query) => {
    expect(answer(query, { verify_token: "a" })).toBeNull();
  },
);

test.each([
  ['{"object":"page","entry":[{"changes":[{"field":"feed"},{"field":"feed"}]}]}', "page.feed"],
  ['{"object":"page","entry":[{"changes":[{"field":"feed"}]},{"messaging":[{}]}]}', "page.mixed"],
  ['{"object":"instagram","entry":[{"messaging":[{}]}]}', "instagram.messaging"],
  ['{"object":"page","entry":[{"id":"1","time":1458692752478,"standby":[{}]}]}', "page.standby"],
  ['{"object":"page","entry":[{"messaging":[{}]},{"standby":[{}]}]}', "page.mixed"],
  ['{"object":"user","entry":[{"changed_fields":["events"],"id":"701004"}]}', "user.events"],
  ['{"object":"user","entry":[{"changed_fields":["events","feed"]}]}', "user.mixed"],
  ['{"object":"user","entry":[{"changed_fields":"events"}]}', "user"],
  ['{"object":"page"}', "page"],
  ['{"object":1}', "unknown"],
  ["[]", "unknown"],
])("meta describes %s", (body, type) => {
  const request = { ...sampleRequest(meta), body: Buffer.from(body) };
  expect(describeEvent(meta, incoming(request, NOW)).type).toBe(type);
});

function answer(query: string, settings: Record<string, string>) {
  const url = `${URL_BASE}?${query}`;
  const request = { method: "GET", url, headers: {}, body: new Uint8Array() };
  return meta.handshake?.answer(incoming(request, NOW), { secrets: [], settings });
}
