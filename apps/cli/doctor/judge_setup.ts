import type { GetSetupResponse } from "@hookgate/rpc";
import { formatSpan } from "../show/format.ts";
import { failed, ok, type Verdict, warning } from "./verdict.ts";

/** Clocks that differ by more are looked after, in milliseconds. */
const SKEW_MS = { warning: 2_000, failed: 30_000 };

/** Options for {@linkcode judgeSetup}. */
export interface JudgeSetupOptions {
  /** This machine's clock in the middle of the call, in milliseconds since 1970. */
  now: number;
  /** How far the answer's times may be off because of the time that it took, in milliseconds. */
  uncertainMs: number;
  /** The URL that is tried; null if it is the edge's own on this machine. */
  publicUrl: URL | null;
}

/** What the dispatcher's answer shows. Pure. */
export function judgeSetup(setup: GetSetupResponse, options: JudgeSetupOptions): Verdict[] {
  const { now, uncertainMs, publicUrl } = options;
  const dispatcher = judgeClock("clock of the dispatcher", setup.dispatcherNowMs, {
    now,
    uncertainMs,
  });
  // An embedded store has its dispatcher's clock.
  const store =
    setup.store === "sqlite"
      ? []
      : [judgeClock("clock of the store", setup.storeNowMs, { now, uncertainMs })];
  return [
    dispatcher,
    ...store,
    judgeCalls(setup),
    ...judgeDurability(setup),
    ...(publicUrl === null ? [] : judgePublicUrls(setup, publicUrl)),
  ];
}

/** Compares a clock with this machine's. */
export function judgeClock(
  check: string,
  at: number,
  { now, uncertainMs }: { now: number; uncertainMs: number },
): Verdict {
  const skewMs = Math.abs(at - now);
  if (skewMs <= Math.max(SKEW_MS.warning, uncertainMs)) {
    return ok(
      check,
      `it agrees with this machine's to ${formatSpan(Math.max(skewMs, uncertainMs, 1))}`,
    );
  }
  const found = `it is ${formatSpan(skewMs)} ${at < now ? "behind" : "ahead of"} this machine's`;
  const advice =
    "Set the one that is wrong, and see why its time service (chrony, systemd-timesyncd) does not: signatures of right requests look too old or too new.";
  return skewMs > SKEW_MS.failed ? failed(check, found, advice) : warning(check, found, advice);
}

function judgeCalls({ rpc }: GetSetupResponse): Verdict {
  const check = "calls to the dispatcher";
  if (rpc === "tls") return ok(check, "over TLS");
  if (rpc === "loopback") return ok(check, "from this machine only, with a token");
  if (rpc === "plain") {
    const found = "with a token, in plain text: whoever reads along has it, too";
    const tls = "Set RPC_TLS_CERT and RPC_TLS_KEY, unless the network holds nothing but Hookgate.";
    return warning(check, found, tls);
  }
  const advice = "Unset RPC_INSECURE, and set RPC_TLS_CERT, RPC_TLS_KEY and RPC_TOKENS_FILE.";
  return failed(check, "anyone who reaches the port may read, forge and operate", advice);
}

function judgeDurability({ durability }: GetSetupResponse): Verdict[] {
  return durability.map(({ what, value, problem, severe }) => {
    if (problem === "") return ok(what, value);
    return severe ? failed(what, value, problem) : warning(what, value, problem);
  });
}

const PUBLIC_URLS = "public URLs";
const NAMES_SHOWN_MAX = 5;

function judgePublicUrls({ publicUrls }: GetSetupResponse, tried: URL): Verdict[] {
  const strange = publicUrls.filter(({ url }) => URL.parse(url)?.origin !== tried.origin);
  if (publicUrls.length === 0) return [];
  if (strange.length === 0) return [ok(PUBLIC_URLS, `all publicUrl are at ${tried.origin}`)];
  const names = strange.slice(0, NAMES_SHOWN_MAX).map(({ source }) => source);
  const more = strange.length - names.length;
  const found = `publicUrl of ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} is not at ${tried.origin}`;
  const advice =
    "Where a signature covers the URL, publicUrl must be what the provider calls: compare it with the provider's settings.";
  return [warning(PUBLIC_URLS, found, advice)];
}
