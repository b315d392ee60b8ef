import { createHash } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { payfast } from "./payfast.ts";

const withForm = (change: (form: URLSearchParams) => void) => (request: OutgoingRequest) => {
  const form = new URLSearchParams(Buffer.from(request.body).toString());
  change(form);
  return { ...request, body: Buffer.from(form.toString()) };
};

checkProvider(payfast, {
  tampered: [
    withForm((form) => form.set("amount_gross", "1.00")),
    withForm((form) => form.delete("item_name")),
    withForm((form) => form.append("amount_gross", "1.00")),
    (request) => ({ ...request, body: Buffer.concat([Buffer.from("a=1&"), request.body]) }),
    // The same text, with two fields made one.
    (request) => ({
      ...request,
      body: Buffer.from(Buffer.from(request.body).toString().replace("=1234&", "%3D1234%26")),
    }),
  ],
});

test.each([
  ["the documented formula", "jt7NOE43FZPn", { ok: true, intact: false }],
  ["a passphrase with signs", "pass phrase/(1)~", { ok: true, intact: false }],
])("payfast verifies %s", async (_, passphrase, expected) => {
  // PHP: urlencode() of every value, and of the passphrase at the end.
  const text =
    "m_payment_id=01AB&pf_payment_id=1089250&payment_status=COMPLETE&item_name=test%2Bitem+%28%231%29&name_first=";
  const spelt = passphrase === "jt7NOE43FZPn" ? passphrase : "pass+phrase%2F%281%29%7E";
  const mac = createHash("md5").update(`${text}&passphrase=${spelt}`).digest("hex");
  const request = { ...sampleRequest(payfast), body: Buffer.from(`${text}&signature=${mac}`) };
  const secrets = [{ id: "1", value: passphrase }];
  expect(await verify(payfast.recipe, incoming(request, NOW), { secrets })).toMatchObject(expected);
});
