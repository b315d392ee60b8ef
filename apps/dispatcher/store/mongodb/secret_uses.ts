import type { SecretUse } from "@hookgate/types";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";
import { retryChanged } from "./retry_changed.ts";

/** `recordSecretUses`, in one transaction: of two dispatchers that count the same secret one tries again. */
export async function recordSecretUses(
  { collections: { secretUses }, reportLane }: MongoContext,
  uses: readonly SecretUse[],
  { signal }: { signal: AbortSignal },
): Promise<void> {
  if (uses.length === 0) return;
  const writes = uses.map(({ source, secretId, uses: count, firstUsedAt, lastUsedAt }) => ({
    updateOne: {
      filter: { _id: { source, secretId } },
      update: { $inc: { uses: count }, $min: { firstUsedAt }, $max: { lastUsedAt } },
      upsert: true,
    },
  }));
  await reportLane.enter(signal, () =>
    retryChanged("record uses of secrets", () =>
      reportLane.transaction(signal, (session) => secretUses.bulkWrite(writes, { session })),
    ),
  );
}

/** `secretUses`: a few for each source. */
export async function readSecretUses({
  collections: { secretUses },
}: MongoContext): Promise<SecretUse[]> {
  const found = await readAll(secretUses.find().sort({ _id: 1 }));
  return found.map(({ _id: { source, secretId }, uses, firstUsedAt, lastUsedAt }) => ({
    source,
    secretId,
    uses,
    firstUsedAt,
    lastUsedAt,
  }));
}
