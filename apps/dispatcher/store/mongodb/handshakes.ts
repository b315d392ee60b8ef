import type { HandshakeSeen } from "@hookgate/types";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";
import { retryChanged } from "./retry_changed.ts";

/** `recordHandshakes`, in one transaction. */
export async function recordHandshakes(
  { collections: { handshakes }, reportLane }: MongoContext,
  seen: readonly HandshakeSeen[],
  { signal }: { signal: AbortSignal },
): Promise<void> {
  if (seen.length === 0) return;
  const writes = seen.map(({ source, ok, at }) => ({
    updateOne: { filter: { _id: { source, ok } }, update: { $max: { at } }, upsert: true },
  }));
  await reportLane.enter(signal, () =>
    retryChanged("record handshakes", () =>
      reportLane.transaction(signal, (session) => handshakes.bulkWrite(writes, { session })),
    ),
  );
}

/** `handshakes`: two for each source at most. */
export async function readHandshakes({
  collections: { handshakes },
}: MongoContext): Promise<HandshakeSeen[]> {
  const found = await readAll(handshakes.find().sort({ _id: 1 }));
  return found.map(({ _id: { source, ok }, at }) => ({ source, at, ok }));
}
