import { afterAll, beforeAll, describe, jest } from "@jest/globals";
import type { Provider } from "../provider.ts";
import { checkDescriptions, checkFacts } from "./check_facts.ts";
import { checkHandshake } from "./check_handshake.ts";
import { checkOracle, checkScheme, checkTolerance } from "./check_scheme.ts";
import { checkWork } from "./check_work.ts";
import { type CheckProviderOptions, NOW, schemesOf } from "./scheme.ts";

const NOT_FAKED = [
  ...(["hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate"] as const),
  ...(["clearImmediate", "setInterval", "clearInterval", "setTimeout", "clearTimeout"] as const),
];

/** The checks that every provider's test runs: recipe, descriptions, samples, handshake and facts. */
export function checkProvider(provider: Provider, options: CheckProviderOptions = {}): void {
  const schemes = schemesOf(provider, options);
  describe(provider.id, () => {
    beforeAll(() => {
      jest.useFakeTimers({ now: NOW, doNotFake: NOT_FAKED });
    });
    afterAll(() => {
      jest.useRealTimers();
    });
    checkFacts(provider, schemes);
    checkDescriptions(provider, options);
    for (const scheme of schemes) {
      describe(scheme.signWith.scheme, () => {
        checkScheme(provider, scheme);
        checkTolerance(provider, scheme);
        checkWork(provider, scheme, options.settings ?? {});
        if (scheme.oracle) checkOracle(provider, scheme, scheme.oracle);
        if (provider.handshake) checkHandshake(provider, scheme, options.settings ?? {});
      });
    }
  });
}
