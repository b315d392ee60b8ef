import type { Secret } from "./secret.ts";

/** An allow list of addresses. `shadow` records what `enforce` would refuse. */
export interface AllowedIps {
  mode: "off" | "shadow" | "enforce";
  /** Exact addresses and CIDR ranges, IPv4 and IPv6. */
  ranges: readonly string[];
}

/** The name of the source that test events of the doctor come from. No subscription gets them. */
export const DOCTOR_SOURCE = "hookgate-doctor";

/** A **source**: who sends. A provider plus its secrets, known by a path such as `stripe/eu`. */
export interface Source {
  name: string;
  /** Provider id: the name of a file in libs/providers. */
  provider: string;
  /** At least one that verifies, none empty; none at all only if an enrolment delivers it (Asana). For Amazon SNS the topics. */
  secrets: readonly Secret[];
  /** The required scheme, if its provider has several; null is the provider's first. */
  scheme: string | null;
  /** The URL as the provider sees it, without a query; null if no signature needs it. */
  publicUrl: string | null;
  /** The provider's own settings, such as a verify token or `topicArns` (comma-separated), by name. */
  settings: Readonly<Record<string, string>>;
  allowedIps: AllowedIps;
}
