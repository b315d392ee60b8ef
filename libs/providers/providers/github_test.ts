import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { sign as officialSign, verify as officialVerify } from "@octokit/webhooks-methods";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { github } from "./github.ts";

checkProvider(github, {
  oracle: {
    async sign(request, { secret }) {
      const signature = await officialSign(secret, Buffer.from(request.body).toString());
      return { ...request, headers: { ...request.headers, "x-hub-signature-256": signature } };
    },
    verify: ({ headers, body }, { secret }) =>
      officialVerify(secret, Buffer.from(body).toString(), headers["x-hub-signature-256"] ?? ""),
  },
});

test("github signs the documentation's worked example as documented", () => {
  const request = { ...sampleRequest(github), body: Buffer.from("Hello, World!") };
  const { headers } = sign(github.recipe, request, {
    secret: "It's a Secret to Everybody",
    now: NOW,
  });
  expect(headers["x-hub-signature-256"]).toBe(
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
  );
});

test.each([
  ["the digits without their prefix", (header: string) => header.slice(7)],
  ["the old SHA-1 header's form", (header: string) => header.replace("sha256", "sha1")],
])("github refuses %s", async (_, write) => {
  const request = sign(github.recipe, sampleRequest(github), { secret: "s", now: NOW });
  const headers = { "x-hub-signature-256": write(request.headers["x-hub-signature-256"] ?? "") };
  const secrets = [{ id: "1", value: "s" }];
  const verdict = await verify(github.recipe, incoming({ ...request, headers }, NOW), { secrets });
  expect(verdict).toEqual({ ok: false, reason: "malformed_header" });
});
