/**
 * "Is this captured request an event?", answered once: for the edge, for verifying again from quarantine and for the
 * command line. Pure: addresses, bytes and secrets in, verdicts and records out.
 *
 * Compile each source once per configuration. Then, for each request: `allows(address)` before the body is read,
 * `request(…)` once it is, `handshake(…)` before or after `verify(…)` as the provider says, and in the end `event(…)` or
 * `refused(…)`. A certificate or a key set that the verdict needs is fetched by the caller, if it passes `fetchCertificate` and
 * `fetchKeySet`, and so is a thread for large bodies, if it passes `describeElsewhere`.
 *
 * ```ts
 * import { compileSource } from "@hookgate/receive";
 * const source = compileSource(configured);
 * const allowed = source.allows(address);
 * const request = source.request({ method, target, rawHeaders, proxied, body, receivedAt });
 * const verdict = await source.verify(request, { fetchCertificate });
 * if (verdict.ok) store(source.event(request, { id, acceptance: verdict, allowed, address, addressChain, rawHeaders }));
 * ```
 *
 * @module
 */
export * from "./address_list.ts";
export * from "./compile_source.ts";
export * from "./describe_task.ts";
export * from "./kept_headers.ts";
export * from "./request_records.ts";
export * from "./secrets_in_force.ts";
export * from "./seen_url.ts";
export * from "./tell_apart.ts";
export * from "./trusted_upstream.ts";
