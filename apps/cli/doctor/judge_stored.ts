import { parseHeaderBlock } from "@hookgate/providers";
import type { AdminHandlers, GetSetupResponse } from "@hookgate/rpc";
import { judgeClock } from "./judge_setup.ts";
import type { SignedTrial } from "./sign_trial.ts";
import { failed, ok, type Verdict, warning } from "./verdict.ts";

/** How long storing and asking may take, in milliseconds. */
const UNCERTAIN_MS = 1_000;

/** Options for {@linkcode judgeStored}. */
export interface JudgeStoredOptions {
  admin: Pick<AdminHandlers, "getEvent">;
  setup: GetSetupResponse;
  now: () => number;
}

/** What the stored event shows: its bytes, by which way it came, the edge's clock, and that nobody got it. */
export async function judgeStored(
  id: string,
  { body }: SignedTrial,
  { admin, setup, now }: JudgeStoredOptions,
): Promise<Verdict[]> {
  const { event, deliveries } = await admin.getEvent({ id });
  if (!event)
    return [failed("bytes", "the event is not in the store", "Look at the dispatcher's log.")];
  const bytes = judgeBytes(Buffer.from(event.body), body);
  const edge = judgeClock("clock of the edge", event.receivedAtMs, {
    now: now(),
    uncertainMs: UNCERTAIN_MS,
  });
  const got = deliveries.length === 0 ? [] : [receivedVerdict(deliveries.length)];
  return [bytes, ...got, judgeSender(event, setup), edge];
}

function judgeBytes(stored: Buffer, sent: Buffer): Verdict {
  if (stored.equals(sent)) return ok("bytes", "stored as they were sent");
  const advice = "Report it: a body must never change.";
  return failed("bytes", "the store has other bytes than were sent", advice);
}

function receivedVerdict(count: number): Verdict {
  const advice = "Report it: test events are for nobody.";
  return failed("subscriptions", `${count} of them got a test event`, advice);
}

/** Whom the edge takes for the sender. */
function judgeSender(
  {
    address,
    addressChain,
    headers,
  }: { address: string; addressChain: string; headers: Uint8Array },
  { trustedProxies }: GetSetupResponse,
): Verdict {
  const check = "who sends";
  const forwarding = parseHeaderBlock(headers)
    .map(([name]) => name.toLowerCase())
    .filter((name) => name === "x-forwarded-for" || name === "forwarded");
  if (forwarding.length === 0) {
    const via = trustedProxies.length === 0 ? "" : ", without a proxy that says for whom it speaks";
    return ok(check, `the edge sees ${address}${via}`);
  }
  if (addressChain !== address) return ok(check, `the edge sees ${address}, by ${addressChain}`);
  const found = `the edge sees ${address}, a proxy whose ${forwarding[0]} it does not believe`;
  const advice = `Add ${address} to trustedProxies: allow lists and rate limits take all senders for one.`;
  return warning(check, found, advice);
}
