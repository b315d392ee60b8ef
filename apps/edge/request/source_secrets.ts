import type { VerifySecret } from "@hookgate/signature";
import type { Report } from "../link/report.ts";
import type { Located, Read } from "./stages.ts";

const NONE: readonly VerifySecret[] = [];

/** The secrets that a request of its source is held against: the configured ones, and those that handshakes delivered. */
export function sourceSecrets(
  { source, signed }: Read,
  report: Pick<Report, "enrolled">,
): readonly VerifySecret[] {
  const live = source.secrets.at(signed.receivedAt);
  if (source.provider.handshake?.enrols !== true) return live;
  return [...live, ...(report.enrolled(source.name) ?? NONE)];
}

/** Whether more secrets may be there than we know of yet: then nothing is certainly bad. */
export function knowsSecrets({ source }: Located, report: Pick<Report, "enrolled">): boolean {
  return source.provider.handshake?.enrols !== true || report.enrolled(source.name) !== null;
}
