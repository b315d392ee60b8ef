import {
  incoming,
  type OutgoingRequest,
  type Recipe,
  sign,
  signedBytes,
  type Verdict,
} from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Provider } from "../provider.ts";
import { judge, NOW, type Scheme, signed, signingOptions, text } from "./scheme.ts";

/** Checks that a handshake is answered, that no event is taken for one, and that no answer could sign an event. */
export function checkHandshake(
  { handshake, ...provider }: Provider,
  scheme: Scheme,
  settings: Readonly<Record<string, string>>,
): void {
  if (!handshake) return;
  const { keys, signWith, url } = scheme;
  const secrets = [{ id: "0", value: keys.secret }];
  const answer = (request: OutgoingRequest) =>
    handshake.answer(incoming(request, NOW), { secrets, settings });

  test("answers its handshake, and takes no event for one", () => {
    expect(answer(handshake.sample("0123456789abcdef", { url }))).toMatchObject({
      status: expect.any(Number),
    });
    for (const type of provider.sampleTypes) {
      const event = signed(provider, scheme, type);
      expect(answer(event)).toBeNull();
      expect(handshake.answerUnsigned?.(incoming(event, NOW)) ?? null).toBeNull();
    }
  });

  test("never answers a handshake with anything that could sign an event, or with the secret", async () => {
    const event = signed(provider, scheme);
    const verdict = await judge(scheme, event);
    const covered = "signed" in signWith ? signedBytes(signWith, incoming(event, NOW), keys) : null;
    const challenges = [Buffer.from(event.body), Buffer.from(covered ?? event.body)];
    for (const bytes of challenges) {
      for (const challenge of [bytes.toString(), bytes.toString("latin1"), ` ${bytes} `]) {
        const response = JSON.stringify(answer(handshake.sample(challenge, { url })) ?? "");
        expect(response).not.toContain(keys.secret);
        for (const text of spellings(signWith, verdict)) expect(response).not.toContain(text);
      }
    }
  });

  test("never throws over a handshake of random bytes", () => {
    const method = fc.constantFrom(...handshake.methods);
    fc.assert(
      fc.property(method, text, fc.uint8Array({ maxLength: 200 }), (verb, value, body) => {
        const request = handshake.sample(value, { url });
        expect(() => answer(request)).not.toThrow();
        expect(() => answer({ ...request, method: verb, body })).not.toThrow();
        const seen = incoming({ ...request, method: verb, body }, NOW);
        expect(() => handshake.answerUnsigned?.(seen)).not.toThrow();
        expect(() => answer({ ...request, method: verb, url: `${url}?${value}` })).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  if (!handshake.verified) return;
  test("verifies its handshake as it verifies events", async () => {
    const request = sign(
      signWith,
      handshake.sample("0123456789abcdef", { url }),
      signingOptions(keys),
    );
    expect(await judge(scheme, request)).toMatchObject({ ok: true });
  });
}

/** A signature in every encoding. */
function spellings(recipe: Recipe, verdict: Verdict): string[] {
  if (!verdict.ok || verdict.signature === "" || !("encoding" in recipe)) return [];
  const encoding = recipe.encoding === "hex_upper" ? "hex" : recipe.encoding;
  const bytes = Buffer.from(verdict.signature, encoding);
  const hex = bytes.toString("hex");
  return [hex, hex.toUpperCase(), bytes.toString("base64"), bytes.toString("base64url")];
}
