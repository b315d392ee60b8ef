import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { WorkOS } from "@workos-inc/node";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { workos } from "./workos.ts";

const { webhooks } = new WorkOS("sk_test_none");
const SECRETS = [{ id: "1", value: "secret" }];

checkProvider(workos, {
  oracle: {
    async sign(request, { secret, now }) {
      const signature = await webhooks.computeSignature(now, parsed(request.body), secret);
      const own = { "workos-signature": `t=${now}, v1=${signature}` };
      return { ...request, headers: { ...request.headers, ...own } };
    },
    verify: ({ headers, body }, { secret }) =>
      webhooks.verifyHeader({
        payload: parsed(body),
        sigHeader: headers["workos-signature"] ?? "",
        secret,
      }),
    // The package reads the entries by their order, not by their names.
    lenient: ({ headers }, { place }) =>
      place === "workos-signature" &&
      /^[^=,]+=\d+,[^=,]+=[0-9a-f]{64}$/.test(headers["workos-signature"] ?? ""),
  },
});

/** The package takes the parsed body and signs it as JSON.stringify writes it, which is how WorkOS sends it. */
function parsed(body: Uint8Array) {
  return JSON.parse(Buffer.from(body).toString());
}

test.each([
  ["a space after the comma", (header: string) => header.replace(",", ", "), { ok: true }],
  ["the time in seconds", (header: string) => header.replace(/\d{3},/, ","), { ok: false }],
  ["another version", (header: string) => header.replace("v1", "v2"), { ok: false }],
])("workos judges a header with %s", async (_, write, verdict) => {
  const request = sign(workos.recipe, sampleRequest(workos), { secret: "secret", now: NOW });
  const headers = { "workos-signature": write(request.headers["workos-signature"] ?? "") };
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(workos.recipe, seen, { secrets: SECRETS })).toMatchObject(verdict);
});
