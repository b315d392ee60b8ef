import type { OutgoingRequest } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import type { Provider } from "../provider.ts";
import { changes, signsUrl } from "./changes.ts";
import type { Oracle } from "./check_provider_options.ts";
import { judge, NOW, type Scheme, sampleRequest, signed } from "./scheme.ts";

/** Holds a scheme against the official functions, both ways round. */
export function checkOracle(provider: Provider, scheme: Scheme, oracle: Oracle): void {
  const { secret, privateKey } = scheme.keys;
  const options = { secret, privateKey: privateKey ?? "", now: NOW };
  const takes = async (request: OutgoingRequest) => {
    try {
      return Boolean(await oracle.verify?.(request, options));
    } catch {
      return false;
    }
  };

  const signs = oracle.sign?.bind(oracle);
  if (signs) {
    test("verifies what the official function signs", async () => {
      for (const type of provider.sampleTypes) {
        const request = await signs(sampleRequest(provider, { type, url: scheme.url }), options);
        expect(await judge(scheme, request)).toMatchObject({ ok: true });
      }
    });
  }
  if (!oracle.verify) return;
  test("signs what the official function verifies", async () => {
    for (const type of provider.sampleTypes) {
      expect(await takes(signed(provider, scheme, type))).toBe(true);
    }
  });

  test("agrees with the official function that a changed bit is to be refused", async () => {
    const request = signed(provider, scheme);
    const { signWith, signedHeaders = [] } = scheme;
    for (const change of changes(signWith, request, {
      signedHeaders,
      url: provider.needsPublicUrl && signsUrl(signWith),
    })) {
      if (change.decodesAlike || oracle.lenient?.(change.request, change)) continue;
      if (await takes(change.request))
        throw new Error(`${change.place} was taken with a bit changed`);
    }
  });
}
