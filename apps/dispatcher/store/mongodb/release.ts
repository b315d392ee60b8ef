import type { ClientSession } from "mongodb";
import type { Capture, CaptureResult } from "../contract/captures.ts";
import { checkCaptures } from "../contract/checks.ts";
import type { ReleaseResult } from "../contract/quarantine.ts";
import { type CommitPlan, orderKeysOf, planCommit, writePlan } from "./commit.ts";
import type { MongoContext } from "./context.ts";

/** Options for {@linkcode releaseQuarantined}. */
export interface ReleaseOptions {
  capture: Capture;
  revision: number;
  signal: AbortSignal;
}

/**
 * `release`: a commit of one capture whose transaction also marks the request. Of two releases at once, one finds the
 * request marked or removed and looks again.
 */
export async function releaseQuarantined(
  context: MongoContext,
  id: string,
  { capture, revision, signal }: ReleaseOptions,
): Promise<ReleaseResult | null> {
  checkCaptures([capture]);
  const queue = context.queues.commit;
  const { quarantine } = context.collections;
  return queue.insist<ReleaseResult | null>(signal, async (again) => {
    const found = await quarantine.findOne({ _id: id }, { projection: { releasedAs: 1 } });
    if (!found) return { outcome: "missing" };
    if (found.releasedAs !== null) {
      return { outcome: "already_released", eventId: found.releasedAs };
    }
    const plan = await planCommit(context, [capture], { again, replacesDead: false });
    const written = await context.orderLocks.during(orderKeysOf(plan), () =>
      queue.transaction((session) => writeRelease(context, id, { plan, revision, session })),
    );
    if (written === "changed") return "changed";
    const [result] = written === "stale" ? [] : written;
    if (!result) return null;
    const { duplicate: _, ...stored } = result;
    const isNew = plan.events.length > 0;
    return isNew
      ? { outcome: "released", ...stored }
      : { outcome: "already_stored", eventId: stored.eventId };
  });
}

async function writeRelease(
  context: MongoContext,
  id: string,
  { plan, revision, session }: { plan: CommitPlan; revision: number; session: ClientSession },
): Promise<CaptureResult[] | "stale" | "changed"> {
  const releasedAs = plan.results[0]?.eventId ?? null;
  const { matchedCount } = await context.collections.quarantine.updateOne(
    { _id: id, releasedAs: null },
    { $set: { releasedAs } },
    { session },
  );
  if (matchedCount > 0) return writePlan(context, plan, { revision, session });
  await session.abortTransaction();
  return "changed";
}
