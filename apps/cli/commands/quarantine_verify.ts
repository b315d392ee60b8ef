import type { AdminHandlers, VerifyQuarantinedResultMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, tell, write } from "../cli.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { quarantinePages } from "./pages.ts";

interface VerifyOptions {
  source?: string;
  stale?: true;
  reason?: string;
  json?: true;
}

/** Refused requests in one call: each can have a body of 8 MiB, and need a certificate. */
const CALL_IDS_MAX = 20;

/** How long one call may take, in milliseconds. */
const CALL_MS_MAX = 60_000;

/** More than the store keeps for one source. */
const IDS_MAX = 100_000;

/** Outcomes that leave nothing to do. */
const DONE: readonly string[] = ["verified", "released", "already_stored", "already_released"];

/** Adds `hookgate quarantine verify` and `release`: with today's secrets, as of the time of receipt. */
export function addQuarantineVerify(quarantine: Command, cli: Cli): void {
  for (const [name, description] of [
    ["verify", "verify refused requests again, with the current secrets; nothing is delivered"],
    ["release", "verify again, and store and deliver what verifies, each exactly once"],
  ] as const) {
    const command = quarantine
      .command(name)
      .description(description)
      .argument("[id...]", "the requests' ids, qtn_…")
      .option("--source <source>", "all refused requests of this source");
    if (name === "release") {
      command
        .option("--stale", "also those that verify but are too old; needs ids and --reason")
        .option("--reason <text>", "why, for the audit log; with --stale, why they are genuine");
    }
    command
      .option("--json", "one JSON object per line")
      .action((ids: string[], options: VerifyOptions) =>
        verifyQuarantined(ids, { ...options, release: name === "release" }, cli),
      );
  }
}

async function verifyQuarantined(
  named: readonly string[],
  options: VerifyOptions & { release: boolean },
  cli: Cli,
): Promise<void> {
  const { source, release, json } = options;
  const what = release ? "release" : "verify";
  if ((named.length === 0) === (source === undefined)) {
    const problem = `Cannot ${what}: give the ids of refused requests, or --source, and not both`;
    throw new CliError(problem, { exitCode: 2 });
  }
  const reasons = reasonsOf(options);
  const ask = async (admin: AdminHandlers) => {
    const ids = source === undefined ? named : await idsOf(source, { admin, cli });
    let refused = 0;
    let missing = 0;
    for (let at = 0; at < ids.length; at += CALL_IDS_MAX) {
      const part = ids.slice(at, at + CALL_IDS_MAX);
      const { results } = await admin.verifyQuarantined({ ids: part, release, ...reasons });
      refused += results.filter(({ outcome }) => !DONE.includes(outcome)).length;
      missing += results.filter(({ outcome }) => outcome === "not_found").length;
      await write(cli.stdout, results.map(json ? toLine : toText).join(""));
    }
    return { count: ids.length, refused, missing };
  };
  const { count, refused, missing } = await askDispatcher(cli, what, ask, {
    deadlineMs: CALL_MS_MAX,
  });
  if (count === 0) await tell(cli, "No refused requests.\n");
  if (refused > 0) {
    const state = missing === refused ? "they do not exist" : "they do not verify";
    throw new CliError(`Cannot ${what} ${refused} of ${count}: ${state}`);
  }
}

/** Anybody may have captured an old request: an operator names each, and says why it is genuine. */
function reasonsOf({ stale, reason = "", source }: VerifyOptions): {
  reason?: string;
  staleReason: string;
} {
  const text = reason.trim();
  if (stale === undefined) return { ...(text !== "" && { reason: text }), staleReason: "" };
  if (source !== undefined || text === "") {
    const problem = "Cannot release: --stale needs the ids of requests, and --reason";
    throw new CliError(problem, { exitCode: 2 });
  }
  return { staleReason: text };
}

/** Oldest first: the order in which they arrived. */
async function idsOf(
  source: string,
  { admin, cli }: { admin: AdminHandlers; cli: Cli },
): Promise<string[]> {
  const ids: string[] = [];
  const request = { source, reason: "", includeReleased: false };
  for await (const page of quarantinePages(admin, request, { limit: IDS_MAX, cli })) {
    ids.push(...page.map(({ request: { id } }) => id));
  }
  return ids.reverse();
}

function toLine({ id, outcome, eventId }: VerifyQuarantinedResultMessage): string {
  return `${showJson({ id, outcome, eventId: eventId === "" ? null : eventId })}\n`;
}

function toText({ id, outcome, eventId }: VerifyQuarantinedResultMessage): string {
  return `${showText(`${id} ${outcomeText(outcome, eventId)}`)}\n`;
}

function outcomeText(outcome: string, eventId: string): string {
  switch (outcome) {
    case "verified":
      return "verifies";
    case "released":
      return `is released as ${eventId}`;
    case "already_stored":
      return `is stored already, as ${eventId}`;
    case "already_released":
      return `was released already, as ${eventId}`;
    case "not_found":
      return "does not exist";
    case "unknown_source":
      return "belongs to a source that is no longer configured";
    case "unknown_scheme":
      return "belongs to a source whose provider or scheme is not known";
    case "handshake":
      return "is a handshake, not an event";
    case "stale":
      return "verifies, but is too old: release it with --stale if you know that it is genuine";
    case "certificate_needed":
      return "needs a certificate that cannot be fetched";
    case "key_needed":
      return "needs a key set that cannot be fetched";
    default:
      return `is still refused: ${outcome}`;
  }
}
