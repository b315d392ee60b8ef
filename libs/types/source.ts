/** A secret of a source. */
export interface Secret {
  /** Name that logs and records may show; `1`, `2` … where the configuration gives none. */
  id: string;
  value: string;
}

/** An allow list of addresses. `shadow` records what `enforce` would refuse. */
export interface AllowedIps {
  mode: "off" | "shadow" | "enforce";
  /** Exact addresses and CIDR ranges, IPv4 and IPv6. */
  ranges: readonly string[];
}

/** A **source**: who sends. A provider plus its secrets, known by a path such as `stripe/eu`. */
export interface Source {
  name: string;
  /** Provider id: the name of a file in libs/providers. */
  provider: string;
  /** At least one, none empty. */
  secrets: readonly Secret[];
  allowedIps: AllowedIps;
}
