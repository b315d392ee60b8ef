import type { Enrolment } from "../contract/bookkeeping.ts";
import { keepEnrolled } from "../contract/keep_enrolled.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";

/** `openEnrolment`. */
export async function openEnrolment(
  { collections: { enrolments } }: MongoContext,
  { source, until }: { source: string; until: number },
): Promise<void> {
  const update = { $set: { openUntil: Math.floor(until) }, $setOnInsert: { secrets: [] } };
  await enrolments.updateOne({ _id: source }, update, { upsert: true });
}

/** `enrol`: writes only what it has read, so of two secrets that come at once the second finds the enrolment closed. */
export async function enrol(
  { collections: { enrolments }, clock }: MongoContext,
  { source, secret }: { source: string; secret: string },
  { signal }: { signal: AbortSignal },
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    const found = await enrolments.findOne({ _id: source });
    if (!found || found.openUntil <= clock.now()) return false;
    const $set = { openUntil: 0, secrets: keepEnrolled(found.secrets, secret) };
    const { matchedCount } = await enrolments.updateOne(found, { $set });
    if (matchedCount > 0) return true;
  }
}

/** `enrolments`. */
export async function readEnrolments({
  collections: { enrolments },
  clock,
}: MongoContext): Promise<Enrolment[]> {
  const now = clock.now();
  const found = await readAll(enrolments.find().sort({ _id: 1 }));
  return found
    .map(({ _id, openUntil, secrets }) => ({
      source: _id,
      openUntil: openUntil > now ? openUntil : null,
      secrets,
    }))
    .filter(({ openUntil, secrets }) => openUntil !== null || secrets.length > 0);
}
