import { findProvider, PROVIDERS } from "@hookgate/providers";
import type { AllowedIps, Secret } from "@hookgate/types";
import { z } from "zod";
import { addressRange } from "./address_range.ts";
import { either } from "./either.ts";
import { nearestName } from "./nearest_name.ts";
import { type ReadSecret, type SecretSchemaOptions, secretSchema } from "./secret_schema.ts";
import { notYet, strictObject } from "./strict_object.ts";

/** Each secret costs one digest for every forged request. */
const SECRETS_MAX = 10;

/** Ranges in one list: it is looked through for every request. */
export const RANGES_MAX = 1_000;

/** One source, without its name. */
export function sourceSchema(options: SecretSchemaOptions) {
  return strictObject({
    provider: z.string().superRefine((id, context) => {
      if (findProvider(id) !== null) return;
      context.addIssue({ code: "custom", message: describeUnknownProvider(id) });
    }),
    secrets: z.array(secretSchema(options)).max(SECRETS_MAX).transform(keepAccepted),
    publicUrl: notYet("the generic provider does not sign URLs"),
    allowedIps,
  });
}

const ranges = z.array(addressRange()).max(RANGES_MAX);

const allowList = either({
  when: Array.isArray,
  first: ranges.transform((ranges): AllowedIps => ({ mode: "enforce", ranges })),
  second: strictObject({ mode: z.enum(["off", "shadow", "enforce"]).default("enforce"), ranges }),
}).superRefine(({ mode, ranges }, context) => {
  if (mode === "off" || ranges.length > 0) return;
  context.addIssue({ code: "custom", message: "has no ranges, so nobody could send: list some" });
});

const allowedIps = allowList
  .optional()
  .transform((allowed): AllowedIps => allowed ?? { mode: "off", ranges: [] });

/** The secrets that verify, and the ids of those whose time is up. */
interface KeptSecrets {
  accepted: Secret[];
  pastIds: string[];
}

function keepAccepted(secrets: readonly ReadSecret[], context: z.RefinementCtx): KeptSecrets {
  const kept: KeptSecrets = { accepted: [], pastIds: [] };
  const ids = new Set<string>();
  for (const [index, { id: given, value, state }] of secrets.entries()) {
    const id = given ?? String(index + 1);
    if (ids.has(id)) {
      const message = `has the id ${JSON.stringify(id)}, which another one has: give each its own`;
      context.addIssue({ code: "custom", path: [index], message });
    }
    ids.add(id);
    if (state === "accepted") kept.accepted.push({ id, value });
    if (state === "past") kept.pastIds.push(id);
  }
  if (kept.accepted.length === 0) {
    const state = secrets.length === 0 ? "is empty" : "has no secret left that is accepted";
    const message = `${state}: add one, as a source without a secret accepts nothing`;
    context.addIssue({ code: "custom", message });
  }
  return kept;
}

function describeUnknownProvider(id: string): string {
  const known = Object.keys(PROVIDERS);
  const nearest = nearestName(id, known);
  if (nearest !== null) return `is unknown: did you mean ${JSON.stringify(nearest)}?`;
  return `is unknown or not available yet: the providers are ${known.join(", ")}`;
}
