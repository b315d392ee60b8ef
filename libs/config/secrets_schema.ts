import type { Secret } from "@hookgate/types";
import { z } from "zod";
import type { ReadSecret } from "./secret_schema.ts";

/** Each secret costs one digest for every forged request, or for every delivery. */
const SECRETS_MAX = 10;

/** A secret that has its name. */
export interface NamedSecret extends ReadSecret {
  id: string;
}

/** A list of secrets, no two with one id. */
export function secretsSchema(secret: z.ZodType<ReadSecret>) {
  return z.array(secret).max(SECRETS_MAX).superRefine(refuseSameIds);
}

/** Names those after their place that have no id. */
export function nameSecrets(secrets: readonly ReadSecret[]): NamedSecret[] {
  return secrets.map((secret, index) => ({ ...secret, id: secret.id ?? String(index + 1) }));
}

/** Those whose value is there. */
export function keptSecrets(secrets: readonly NamedSecret[]): Secret[] {
  return secrets.flatMap(({ id, value, state, until }) => {
    return value === null ? [] : { id, value, state, until };
  });
}

/** Ids of secrets whose time is up. */
export function pastSecretIds(secrets: readonly NamedSecret[]): string[] {
  return secrets
    .filter(({ state, verifies }) => state === "retiring" && !verifies)
    .map(({ id }) => id);
}

function refuseSameIds(secrets: readonly ReadSecret[], context: z.RefinementCtx): void {
  const ids = new Set<string>();
  for (const [index, { id }] of nameSecrets(secrets).entries()) {
    if (ids.has(id)) {
      const message = `has the id ${JSON.stringify(id)}, which another one has: give each its own`;
      context.addIssue({ code: "custom", path: [index], message });
    }
    ids.add(id);
  }
}
