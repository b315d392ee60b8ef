import type { Recipe } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import type { Provider } from "./provider.ts";
import { senderName } from "./sender_name.ts";
import { sourceProvider } from "./source_provider.ts";
import { sourceOf } from "./suite/refused_requests.ts";

const OWN: Recipe = {
  kind: "hmac",
  scheme: "own",
  signature: { header: "x-sign" },
  encoding: "hex",
  digest: "sha256",
  signed: ["body"],
};

test("senderName() names a provider, and nobody where anybody may send", () => {
  const own = sourceProvider({ ...sourceOf({ provider: "custom" }), recipe: OWN }) as Provider;
  const nameOf = (id: string) => senderName(sourceProvider(sourceOf({ provider: id })) as Provider);
  expect(nameOf("stripe")).toBe("Stripe");
  expect(nameOf("generic")).toBe("its sender");
  expect(senderName(own)).toBe("its sender");
  // Whether it sends again is not known either.
  expect(own.retries.automatic).toBeNull();
});
