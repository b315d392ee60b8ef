import { type CompiledSource, compileSource, type DescribeElsewhere } from "@hookgate/receive";
import { DOCTOR_SOURCE } from "@hookgate/types";
import type { Report } from "../link/report.ts";

const PREFIX = `${DOCTOR_SOURCE}/`;

/** Finds a source by its path. */
export type FindTrial = (path: string) => CompiledSource | undefined;

/** Options for {@linkcode trialSources}. */
export interface TrialSourcesOptions {
  report: Pick<Report, "trial">;
  describeElsewhere: DescribeElsewhere;
}

/**
 * The source of the doctor's test events, under the path that an operator has opened for a while: its last part, and the secret that
 * signs them, are random. All of them have one name, so that counts show them as what they are.
 */
export function trialSources({ report, describeElsewhere }: TrialSourcesOptions): FindTrial {
  const compiled = new Map<string, CompiledSource>();

  return function findTrial(path) {
    if (!path.startsWith(PREFIX)) return undefined;
    const secret = report.trial(path.slice(PREFIX.length));
    if (secret === null) return undefined;
    const known = compiled.get(secret);
    if (known) return known;
    const source = compileSource(trialOf(secret), { describeElsewhere });
    if (source === null) return undefined;
    // Those before it are over, or are compiled again.
    if (compiled.size >= COMPILED_MAX) compiled.clear();
    compiled.set(secret, source);
    return source;
  };
}

const COMPILED_MAX = 8;

function trialOf(value: string): Parameters<typeof compileSource>[0] {
  return {
    name: DOCTOR_SOURCE,
    provider: "standard_webhooks",
    secrets: [{ id: "trial", value, state: "active", until: null }],
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
  };
}
