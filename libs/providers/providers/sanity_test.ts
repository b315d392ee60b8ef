import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { encodeSignatureHeader, isValidSignature } from "@sanity/webhook";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { sanity } from "./sanity.ts";

checkProvider(sanity, {
  oracle: {
    async sign(request, { secret, now }) {
      const text = Buffer.from(request.body).toString();
      const header = await encodeSignatureHeader(text, now, secret);
      return { ...request, headers: { ...request.headers, "sanity-webhook-signature": header } };
    },
    verify: ({ headers, body }, { secret }) =>
      isValidSignature(
        Buffer.from(body).toString(),
        headers["sanity-webhook-signature"] ?? "",
        secret,
      ),
  },
});

test("sanity's signature is base64url without padding, and in no other letters", async () => {
  // One that has both of the letters that the two alphabets differ in.
  for (let number = 0; ; number += 1) {
    const body = Buffer.from(`{"number":${number}}`);
    const request = { ...sampleRequest(sanity), body };
    const signed = sign(sanity.recipe, request, { secret: "secret", now: NOW });
    const header = signed.headers["sanity-webhook-signature"] ?? "";
    const signature = header.slice(header.indexOf("v1=") + 3);
    if (!signature.includes("-") || !signature.includes("_")) continue;
    expect(signature).toMatch(/^[\w-]{43}$/);
    const base64 = `${signature.replaceAll("-", "+").replaceAll("_", "/")}=`;
    const judge = (text: string) => {
      const headers = { "sanity-webhook-signature": `t=${NOW},v1=${text}` };
      const seen = incoming({ ...signed, headers }, NOW);
      return verify(sanity.recipe, seen, { secrets: [{ id: "1", value: "secret" }] });
    };
    expect(await judge(signature)).toMatchObject({ ok: true });
    expect(await judge(base64)).toEqual({ ok: false, reason: "malformed_header" });
    return;
  }
});
