import { createHmac, randomBytes } from "node:crypto";
import type { Secret } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { exampleSecret } from "../../suite/example_source.ts";
import { signDelivery } from "./sign_delivery.ts";

const NOW = Date.now();
const BODY = Buffer.from('{"type":"a","data":"Grüße"}');
const WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const TEXT = "any text; not base64";

function signed(secrets: Partial<Secret>[], body: Uint8Array = BODY) {
  return signDelivery(
    { id: "evt_1", body },
    { secrets: secrets.map((secret) => exampleSecret(secret)), now: NOW },
  );
}

test("signDelivery() signs the worked example of the official tests", () => {
  // libraries/javascript/src/webhook.test.ts, "sign function works".
  const event = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: Buffer.from('{"test": 2432232314}') };
  const secrets = [exampleSecret({ value: WHSEC })];
  expect(signDelivery(event, { secrets, now: 1_614_265_330_999 })).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test.each([
  ["standardwebhooks", Webhook],
  ["svix", SvixWebhook],
])("signDelivery() signs what the package %s verifies", (_name, Official) => {
  const verify = (official: Pick<Webhook, "verify">, headers: Record<string, string>) =>
    official.verify(BODY, headers);
  const headers: Record<string, string> = { ...signed([{ value: WHSEC }, { value: TEXT }]) };
  expect(() => verify(new Official(WHSEC), headers)).not.toThrow();
  expect(() => verify(new Official(TEXT, { format: "raw" }), headers)).not.toThrow();
  expect(() => verify(new Official(OTHER), headers)).toThrow("No matching signature");
  const changed = { ...headers, "webhook-id": "evt_2" };
  expect(() => verify(new Official(WHSEC), changed)).toThrow("No matching signature");
});

test.each<[string, Partial<Secret>[], string[]]>([
  ["one in force", [{ value: WHSEC }], [WHSEC]],
  [
    "two while they are exchanged",
    [{ value: WHSEC }, { value: OTHER, state: "retiring", until: NOW + 1 }],
    [WHSEC, OTHER],
  ],
  ["a retiring one without an end", [{ value: OTHER, state: "retiring" }], [OTHER]],
  [
    "but none past its end",
    [{ value: OTHER, state: "retiring", until: NOW }, { value: WHSEC }],
    [WHSEC],
  ],
  ["nor a revoked one", [{ value: OTHER, state: "revoked" }, { value: WHSEC }], [WHSEC]],
])("signDelivery() signs with %s", (_what, secrets, values) => {
  const each = values.map((value) => signed([{ value }])["webhook-signature"]);
  expect(signed(secrets)["webhook-signature"]).toBe(each.join(" "));
});

test("signDelivery() signs bytes: two bodies that read alike as text differ", () => {
  const bodies = [Uint8Array.of(0xff), Uint8Array.of(0xfe), randomBytes(1_000), new Uint8Array(0)];
  const signatures = bodies.map((body) => signed([{ value: TEXT }], body)["webhook-signature"]);
  expect(new Set(signatures).size).toBe(bodies.length);
  const text = `evt_1.${Math.floor(NOW / 1_000)}.`;
  const mac = createHmac("sha256", TEXT)
    .update(text)
    .update(bodies[0] ?? "")
    .digest("base64");
  expect(signatures[0]).toBe(`v1,${mac}`);
});

test("signDelivery() takes a text for what it is, in UTF-8, even where it could be base64", () => {
  for (const value of ["c2VjcmV0", "schlüssel"]) {
    const mac = createHmac("sha256", Buffer.from(value))
      .update(`evt_1.${Math.floor(NOW / 1_000)}.`)
      .update(BODY)
      .digest("base64");
    expect(signed([{ value }])["webhook-signature"]).toBe(`v1,${mac}`);
  }
});

test.each<[string, Partial<Secret>[], string]>([
  ["no secret at all", [], "no secret is in force"],
  ["a revoked one only", [{ state: "revoked" }], "no secret is in force"],
  ["one that is no base64", [{ value: "whsec_***" }], "the secret is no whsec key"],
  ["an empty key", [{ value: "whsec_" }], "the secret is no whsec key"],
])("signDelivery() refuses to sign with %s", (_what, secrets, state) => {
  expect(() => signed(secrets)).toThrow(`Cannot sign: ${state}`);
});
