import type { Secret, Source } from "@hookgate/types";

/** The secrets that verify what arrives at this time, the active ones first. */
export function verifyingSecrets({ secrets }: Source, at: number): readonly Secret[] {
  const active = secrets.filter(({ state }) => state === "active");
  const retiring = secrets.filter(
    ({ state, until }) => state === "retiring" && (until === null || at < until),
  );
  return [...active, ...retiring];
}
