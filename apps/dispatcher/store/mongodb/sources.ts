import type { HandshakeSeen, SecretUse } from "@hookgate/types";
import type { DeliveredSecret, Enrolment } from "../contract/bookkeeping.ts";
import { currentEnrolments, keepEnrolled } from "../contract/enrolments.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";

/** `recordSecretUses`, in one transaction: of two dispatchers that count the same secret, one has to try again. */
export async function recordSecretUses(
  { collections: { secretUses }, queues }: MongoContext,
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
  await queues.report.run(signal, (session) => secretUses.bulkWrite(writes, { session }));
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

/** `recordHandshakes`, in one transaction. */
export async function recordHandshakes(
  { collections: { handshakes }, queues }: MongoContext,
  seen: readonly HandshakeSeen[],
  { signal }: { signal: AbortSignal },
): Promise<void> {
  if (seen.length === 0) return;
  const writes = seen.map(({ source, ok, at }) => ({
    updateOne: { filter: { _id: { source, ok } }, update: { $max: { at } }, upsert: true },
  }));
  await queues.report.run(signal, (session) => handshakes.bulkWrite(writes, { session }));
}

/** `handshakes`: at most two for each source. */
export async function readHandshakes({
  collections: { handshakes },
}: MongoContext): Promise<HandshakeSeen[]> {
  const found = await readAll(handshakes.find().sort({ _id: 1 }));
  return found.map(({ _id: { source, ok }, at }) => ({ source, at, ok }));
}

/** `openEnrolment`. */
export async function openEnrolment(
  { collections: { enrolments } }: MongoContext,
  { source, until, word }: { source: string; until: number; word: string },
): Promise<void> {
  const update = { $set: { openUntil: Math.floor(until), word }, $setOnInsert: { secrets: [] } };
  await enrolments.updateOne({ _id: source }, update, { upsert: true });
}

/** `revokeEnrolment`. */
export async function revokeEnrolment(
  { collections: { enrolments } }: MongoContext,
  source: string,
): Promise<number> {
  const $set = { openUntil: 0, secrets: [] };
  const before = await enrolments.findOneAndUpdate({ _id: source }, { $set });
  return before?.secrets.length ?? 0;
}

/** `enrol`: updates only the document it has read, so that of two secrets at once the second finds the enrolment closed. */
export async function enrol(
  { collections: { enrolments }, clock }: MongoContext,
  { source, secret, word, address }: DeliveredSecret,
  { signal }: { signal: AbortSignal },
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    const found = await enrolments.findOne({ _id: source });
    const now = clock.now();
    if (!found || found.openUntil <= now || found.word !== word) return false;
    const $set = {
      openUntil: 0,
      secrets: keepEnrolled(found.secrets, { secret, address, at: now }),
    };
    const { matchedCount } = await enrolments.updateOne(found, { $set });
    if (matchedCount > 0) return true;
  }
}

/** `enrolments`. */
export async function readEnrolments({
  collections: { enrolments },
  clock,
}: MongoContext): Promise<Enrolment[]> {
  const found = await readAll(enrolments.find().sort({ _id: 1 }));
  const stored = found.map(({ _id, openUntil, secrets }) => ({ source: _id, openUntil, secrets }));
  return currentEnrolments(stored, clock.now());
}
