/**
 * What every provider's test runs; imported by tests only, and no part of `mod.ts`.
 *
 * ```ts
 * import { checkProvider } from "./provider_test_kit.ts";
 * checkProvider(example, { oracle: { sign: (request, { secret }) => … } });
 * ```
 *
 * @module
 */
export * from "./check_provider.ts";
export * from "./scheme.ts";
export { NOW, sampleRequest } from "./scheme.ts";
