import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import Stripe from "stripe";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { stripe } from "./stripe.ts";

const { webhooks } = new Stripe("sk_test_none");
const SECRET = "whsec_0123456789abcdef0123456789abcdef";
const SECRETS = [{ id: "1", value: SECRET }];

checkProvider(stripe, {
  oracle: {
    sign(request, { secret, now }) {
      const payload = Buffer.from(request.body).toString();
      const timestamp = Math.floor(now / 1_000);
      const header = webhooks.generateTestHeaderString({ payload, secret, timestamp });
      return { ...request, headers: { ...request.headers, "stripe-signature": header } };
    },
    verify: ({ headers, body }, { secret }) =>
      webhooks.constructEvent(Buffer.from(body), headers["stripe-signature"] ?? "", secret, 300),
  },
});

test.each([
  ["a second signature that is wrong", (v1: string) => `,v1=${"0".repeat(64)},v1=${v1}`],
  ["one after it", (v1: string) => `,v1=${v1},v1=${"0".repeat(64)}`],
  ["a test signature beside it", (v1: string) => `,v1=${v1},v0=${"0".repeat(64)}`],
])("stripe accepts a signature with %s", async (_, write) => {
  expect(await judge(write)).toMatchObject({ ok: true });
});

test.each([
  ["a v0 alone", (v1: string) => `,v0=${v1}`, "unknown_version"],
  ["a v2 alone", (v1: string) => `,v2=${v1}`, "unknown_version"],
  ["two times", (v1: string) => `,t=1,v1=${v1}`, "malformed_header"],
  ["no signature", () => "", "malformed_header"],
  ["17 signatures", (v1: string) => `,v1=${v1}`.repeat(17), "malformed_header"],
])("stripe refuses %s", async (_, write, reason) => {
  expect(await judge(write)).toEqual({ ok: false, reason });
});

function judge(write: (v1: string) => string) {
  const request = sign(stripe.recipe, sampleRequest(stripe), { secret: SECRET, now: NOW });
  const v1 = /v1=(.*)/.exec(request.headers["stripe-signature"] ?? "")?.[1] ?? "";
  const headers = { "stripe-signature": `t=${Math.floor(NOW / 1_000)}${write(v1)}` };
  return verify(stripe.recipe, incoming({ ...request, headers }, NOW), { secrets: SECRETS });
}
