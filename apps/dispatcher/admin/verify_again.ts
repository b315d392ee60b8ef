import type { ConfiguredSource } from "@hookgate/config";
import { parseHeaderBlock } from "@hookgate/providers";
import { compileSource, type DescribeElsewhere } from "@hookgate/receive";
import type { Fetchers } from "@hookgate/signature";
import {
  type CapturedEvent,
  enrolledSecret,
  isUnread,
  newId,
  type QuarantinedRequest,
} from "@hookgate/types";

/** Options for {@linkcode verifyAgain}. */
export interface VerifyAgainOptions {
  /** The source as it is configured now; null if it was removed. */
  source: ConfiguredSource | null;
  /** Secrets that an enrolment of the source delivered. */
  enrolled: readonly string[];
  /** Get the certificate at a URL that the recipe's pin allows, and a key set; null if it cannot be fetched. */
  fetchers: Required<Fetchers>;
  /** Whether a request that verifies but for its age is an event, too. @default {false} */
  admitStale?: boolean;
  /** Describes requests with a large body. */
  describeElsewhere: DescribeElsewhere;
}

/** What a refused request turns out to be now. */
export type Reverdict =
  | { event: CapturedEvent }
  /** Why it is still no event. `handshake`: it verifies, but nobody waits for the answer any more. */
  | { refusal: string };

/** Verifies a refused request again, as of its time of receipt, with the current configuration and secrets. */
export async function verifyAgain(
  request: QuarantinedRequest,
  {
    source: configured,
    enrolled,
    fetchers,
    admitStale = false,
    describeElsewhere,
  }: VerifyAgainOptions,
): Promise<Reverdict> {
  // A signature that does not cover the body would let an event without one in.
  if (isUnread(request.reason)) return { refusal: request.reason };
  if (configured === null) return { refusal: "unknown_source" };
  const delivered = enrolled.map(enrolledSecret);
  const source = compileSource(configured, { enrolled: () => delivered, describeElsewhere });
  if (source === null) return { refusal: "unknown_scheme" };
  const allowed = source.allows(request.address);
  if (allowed === "refused") return { refusal: "address_not_allowed" };

  const kept = source.keptRequest(request);
  const inTime = await source.verify(kept, fetchers);
  const stale = admitStale && !inTime.ok && inTime.reason === "stale";
  const verdict = stale ? await source.verify(kept, { ...fetchers, anyAge: true }) : inTime;
  if (!verdict.ok) return { refusal: verdict.reason };
  const greets = (verified: boolean) => source.handshake(kept, { verified }) !== null;
  if (greets(true) || greets(false)) return { refusal: "handshake" };
  const { address, addressChain, headers } = request;
  const origin = { address, addressChain, rawHeaders: parseHeaderBlock(headers).flat() };
  const parts = { id: newId("evt"), acceptance: verdict, allowed, released: true, stale };
  return { event: await source.event(kept, { ...parts, ...origin }) };
}
