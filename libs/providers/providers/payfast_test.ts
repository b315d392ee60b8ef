import { createHash } from "node:crypto";
import { incoming, type OutgoingRequest, type SignedRequest, verify } from "@hookgate/signature";
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

/** A notification of PayFast's sandbox, for an account without a passphrase: its signature is the MD5 of the fields alone. */
const CAPTURED =
  "m_payment_id=&pf_payment_id=558900&payment_status=COMPLETE&item_name=Flux+capacitor&item_description=&amount_gross=123.00" +
  "&amount_fee=-2.80&amount_net=120.20&custom_str1=&custom_str2=&custom_str3=&custom_str4=&custom_str5=&custom_int1=" +
  "&custom_int2=&custom_int3=&custom_int4=&custom_int5=&name_first=Test&name_last=User+01" +
  "&email_address=sbtu01%40payfast.co.za&merchant_id=10000100";
const CAPTURED_SIGNATURE = "94b05677771813701468289ed3cabed1";

test("payfast signs the fields of a captured notification as PayFast does, empty ones too", () => {
  const body = Buffer.from(`${CAPTURED}&signature=${CAPTURED_SIGNATURE}`);
  const fields = signedFields(incoming({ ...sampleRequest(payfast), body }, NOW));
  expect(createHash("md5").update(fields).digest("hex")).toBe(CAPTURED_SIGNATURE);
});

/** What the recipe signs in front of the passphrase. */
function signedFields(request: SignedRequest): Buffer {
  const { recipe } = payfast;
  const [part] = recipe.kind === "hash" ? recipe.signed : [];
  const chunks = typeof part === "object" && "compute" in part ? part.compute(request) : null;
  return Buffer.concat(chunks ?? []);
}

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
