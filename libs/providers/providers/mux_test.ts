import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import Mux from "@mux/mux-node";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { mux } from "./mux.ts";

const { webhooks } = new Mux({ tokenId: "none", tokenSecret: "none" });

checkProvider(mux, {
  oracle: {
    async verify({ headers, body }, { secret }) {
      await webhooks.verifySignature(Buffer.from(body).toString(), { ...headers }, secret);
      return true;
    },
  },
});

test.each([
  ["a second signature that is wrong", (header: string) => `${header},v1=${"0".repeat(64)}`, true],
  ["another version alone", (header: string) => header.replace("v1", "v0"), false],
])("mux and its package agree on a header with %s", async (_, write, ok) => {
  const request = sign(mux.recipe, sampleRequest(mux), { secret: "secret", now: Date.now() });
  const headers = { "mux-signature": write(request.headers["mux-signature"] ?? "") };
  const seen = incoming({ ...request, headers }, Date.now());
  const verdict = await verify(mux.recipe, seen, { secrets: [{ id: "1", value: "secret" }] });
  expect(verdict.ok).toBe(ok);
  const body = Buffer.from(request.body).toString();
  const official = webhooks.verifySignature(body, headers, "secret").then(
    () => true,
    () => false,
  );
  expect(await official).toBe(ok);
});

test("mux refuses what its package takes: a time from the future", async () => {
  const request = sign(mux.recipe, sampleRequest(mux), { secret: "secret", now: NOW + 301_000 });
  const secrets = [{ id: "1", value: "secret" }];
  const verdict = await verify(mux.recipe, incoming(request, NOW), { secrets });
  expect(verdict).toEqual({ ok: false, reason: "future", skewSeconds: 301, secretId: "1" });
});
