import type { Secret, Source } from "@hookgate/types";

/** The source `academy`, which has one secret. */
export function exampleSource(changes: Partial<Source> = {}): Source {
  return {
    name: "academy",
    provider: "generic",
    secrets: [exampleSecret()],
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
    ...changes,
  };
}

/** An active secret. */
export function exampleSecret(changes: Partial<Secret> = {}): Secret {
  return { id: "1", value: "a secret for tests", state: "active", until: null, ...changes };
}
