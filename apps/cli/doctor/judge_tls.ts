import { formatSpan, formatTime } from "../show/format.ts";
import { failed, ok, type Verdict, warning } from "./verdict.ts";

/** A certificate that ends sooner should have been renewed, in milliseconds. */
const LEFT_MS_MIN = 14 * 86_400_000;

/** Judges the connection to the URL. Whether the certificate is trusted is known already: otherwise there is none. */
export function judgeTls(
  { protocol, until }: { protocol: string; until: number },
  now: number,
): Verdict {
  const check = "TLS";
  if (Number.isNaN(until)) return ok(check, protocol);
  const found = `${protocol}, its certificate ends ${formatTime(until)}`;
  const leftMs = until - now;
  if (leftMs > LEFT_MS_MIN) return ok(check, found);
  const advice = "Renew the certificate, and see why that does not happen by itself.";
  if (leftMs <= 0) return failed(check, found, advice);
  return warning(check, `${found}, in ${formatSpan(leftMs)}`, advice);
}
