import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { asana } from "./asana.ts";

checkProvider(asana);

// The secret of the documentation's handshake.
const SECRET = "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81";

test("asana verifies the documented formula, with the secret that the handshake delivered", async () => {
  const { enrolledSecret = "" } = answer({ "x-hook-secret": SECRET }) ?? {};
  const request = sampleRequest(asana);
  const mac = createHmac("sha256", SECRET).update(request.body).digest("hex");
  const seen = incoming({ ...request, headers: { "x-hook-signature": mac } }, NOW);
  const secrets = [{ id: "1", value: enrolledSecret }];
  expect(await verify(asana.recipe, seen, { secrets })).toMatchObject({ ok: true });
});

test("asana answers a handshake with its own header, and hands on the secret", () => {
  expect(answer({ "x-hook-secret": SECRET })).toEqual({
    status: 204,
    headers: { "x-hook-secret": SECRET },
    body: "",
    enrolledSecret: SECRET,
  });
});

test.each(["", "short", `${SECRET}\t`, "<".repeat(64), "a".repeat(501)])(
  "asana enrols no secret %p",
  (secret) => {
    const response = answer({ "x-hook-secret": secret });
    expect(response).toMatchObject({ status: 400, refused: expect.any(String) });
    expect(response?.enrolledSecret).toBeUndefined();
  },
);

test("asana takes a signed request for an event, even with a secret in it", () => {
  expect(answer({ "x-hook-secret": SECRET, "x-hook-signature": "0".repeat(64) })).toBeNull();
  expect(answer({})).toBeNull();
});

test("asana shows nobody the secret", () => {
  expect(asana.credentialHeaders).toContain("x-hook-secret");
});

test.each([
  ['{"events":[]}', "heartbeat"],
  ['{"events":[{"action":"added","resource":{"resource_type":"story"}}]}', "story.added"],
  [
    '{"events":[{"action":"added","resource":{"resource_type":"story"}},{"action":"changed","resource":{"resource_type":"task"}}]}',
    "mixed",
  ],
  ['{"events":[{"action":"added"}]}', "unknown"],
  ["{}", "unknown"],
])("asana describes %s", (body, type) => {
  const request = { ...sampleRequest(asana), body: Buffer.from(body) };
  expect(describeEvent(asana, incoming(request, NOW)).type).toBe(type);
});

function answer(headers: Record<string, string>) {
  const request = { ...sampleRequest(asana), headers, body: Buffer.from("{}") };
  return asana.handshake?.answer(incoming(request, NOW), { secrets: [], settings: {} });
}
