import { makeSecret, type OutgoingRequest, type Recipe, sign } from "@hookgate/signature";
import { isForm } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { PROVIDERS } from "../providers.ts";
import {
  ask,
  RECEIVED_AT,
  received,
  SHOP_URL,
  secretOf,
  sourceOf,
} from "../suite/refused_requests.ts";

/** Every scheme that signs something in a form of its provider. */
const SCHEMES = Object.values(PROVIDERS).flatMap((provider) =>
  [provider.recipe, ...(provider.alternatives ?? [])].flatMap((recipe) =>
    readsForm(recipe) ? [[provider.id, recipe.scheme, recipe] as const] : [],
  ),
);

function readsForm(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return part === "sorted_form";
  return "form" in part || Object.values(part).some(readsForm);
}

interface Signed {
  request: OutgoingRequest;
  secret: string;
}

/** The provider's sample, if it is a form, signed. */
function signedForm(id: string, recipe: Recipe): Signed | null {
  const provider = PROVIDERS[id];
  const type = provider?.sampleTypes.find((one) =>
    isForm(provider.sample(one, new Date(RECEIVED_AT)).contentType),
  );
  if (provider === undefined || type === undefined) return null;
  const { body, contentType, headers } = provider.sample(type, new Date(RECEIVED_AT));
  const { secret } = makeSecret(recipe, { now: RECEIVED_AT });
  const sent = { ...headers, "content-type": contentType };
  const unsigned = { method: "POST", url: SHOP_URL, headers: sent, body: Buffer.from(body) };
  return { request: sign(recipe, unsigned, { secret, now: RECEIVED_AT }), secret };
}

const FORMS = SCHEMES.flatMap(([id, scheme, recipe]) => {
  const signed = signedForm(id, recipe);
  return signed === null ? [] : [[id, scheme, signed] as const];
});

test("diagnose() has schemes of forms to be tried on", () => {
  expect(FORMS.map(([id]) => id)).toEqual(expect.arrayContaining(["dropbox_sign", "twilio"]));
});

test.each(FORMS)(
  "diagnose() says of a form of %s (%s) that its content type keeps it from being read",
  (provider, scheme, { request, secret }) => {
    const isRecipe = PROVIDERS[provider]?.recipe.scheme === scheme;
    const of = { provider, scheme: isRecipe ? null : scheme };
    const source = sourceOf({ ...of, secrets: [secretOf(secret)], publicUrl: SHOP_URL });
    const saysOf = (contentType: string | null) => {
      const { "content-type": _, ...others } = request.headers;
      const headers = contentType === null ? others : { ...others, "content-type": contentType };
      return ask(received({ ...request, headers }, { reason: "no_match" }), { source });
    };
    const type = request.headers["content-type"]?.split(";", 1)[0] ?? "";
    expect(saysOf(null)).toEqual([
      `The signature is right, but the body has no content type, so it is not read as a form: send it as ${type}.`,
    ]);
    expect(saysOf("text/plain").join()).toContain("content type is not that of a form");
    const isCut = type.startsWith("multipart");
    if (isCut) expect(saysOf(type).join()).toContain("content type has no boundary");
  },
);

test("diagnose() says where no signature was found that a body is not read as a form", () => {
  const recipe = { kind: "shared_secret", scheme: "own", from: { form: "token" } } as const;
  const source = sourceOf({ provider: "custom", recipe, secrets: [secretOf("one")] });
  const saysOf = (sent: string[], body: string) =>
    ask(
      received(
        { method: "POST", url: SHOP_URL, headers: {}, body: Buffer.from(body) },
        { sent, reason: "missing_header" },
      ),
      { source },
    );
  expect(saysOf([], "token=two")).toEqual([
    "No signature was sent: its sender sends it in form field token; the body has no content type, so it is not read as a form.",
  ]);
  expect(saysOf(["Content-Type", "application/x-www-form-urlencoded"], "a=b")).toEqual([
    "No signature was sent: its sender sends it in form field token.",
  ]);
  expect(saysOf([], "")).toEqual([
    "No signature was sent: its sender sends it in form field token.",
  ]);
});
