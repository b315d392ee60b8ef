import { deliveryFromMessage, eventFromMessage, type FoundMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, screenOf, tell, write } from "../cli.ts";
import { describeEvent } from "../show/describe.ts";
import { formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { describeProposal } from "./approve.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { describeAuditRecord } from "./audit.ts";
import { describeChange } from "./changes.ts";
import { whatOf } from "./failures.ts";
import { tellNotes } from "./pages.ts";

/** Adds `hookgate find <id>`: what an id names, whosever it is. */
export function addFind(program: Command, cli: Cli): void {
  program
    .command("find")
    .description("find what an id names: an event, a delivery, a replay …, or a provider's id")
    .argument(
      "<text...>",
      "an id of ours or of a provider, the name of a source or a subscription; or a text with ids of ours in it",
    )
    .option("--json", "one JSON object per line")
    .action((text: string[], options: { json?: true }) => find(text.join(" "), options, cli));
}

async function find(text: string, { json }: { json?: true }, cli: Cli): Promise<void> {
  const answer = await askDispatcher(cli, "find it", (admin) => admin.find({ text }));
  await tellNotes(answer.notes, cli);
  const { found } = answer;
  if (found.length === 0) throw new CliError(`Nothing is found by ${JSON.stringify(text)}`);
  if (json) return write(cli.stdout, found.map((one) => `${showJson(describe(one))}\n`).join(""));
  const rows = found.map((one) =>
    [one.id, one.what.replaceAll("_", " "), aboutOf(one)].map(showText),
  );
  const screen = screenOf(cli);
  await write(
    cli.stdout,
    formatTable([["ID", "IS", "ABOUT"], ...rows], { ...screen, shrinkable: [2] }),
  );
  const commands = new Set(found.flatMap(commandsOf));
  await tell(cli, `\n${[...commands].map((line) => `${showText(line)}\n`).join("")}`);
}

/** Something that was found as `find --json` prints it, one per line: a form that programs can rely on. */
function describe(found: FoundMessage) {
  const { what, id, event, replay, quarantined, failure, proposal, change, auditRecord } = found;
  return {
    what,
    id,
    event: event?.event
      ? describeEvent(eventFromMessage(event.event), event.deliveries.map(deliveryFromMessage))
      : null,
    ...(replay && { replay: { state: replay.state, made: replay.made, reason: replay.reason } }),
    ...(quarantined && {
      quarantined: { source: quarantined.source, reason: quarantined.reason },
    }),
    ...(failure && { failure: { subscription: failure.subscription, message: failure.message } }),
    ...(proposal && { proposal: describeProposal(proposal) }),
    ...(change && { change: describeChange(change) }),
    ...(auditRecord && { auditRecord: describeAuditRecord(auditRecord) }),
  };
}

function aboutOf(found: FoundMessage): string {
  const { event, replay, quarantined, failure, proposal, change, auditRecord, what, id } = found;
  if (event?.event) {
    const { source, type, receivedAtMs } = event.event;
    const delivery = event.deliveries.find((one) => one.id === id);
    const states = event.deliveries.map(deliveryFromMessage).map(({ state }) => state);
    const state = delivery ? deliveryFromMessage(delivery).state : states.join(", ") || "unhandled";
    const who = delivery ? ` for ${delivery.subscription}` : "";
    const named = what === "event" ? "" : ` of ${event.event.id}`;
    return `${state}${who}${named}: ${type} from ${source} at ${formatTime(receivedAtMs)}`;
  }
  if (replay) return `${replay.state}, ${replay.made} made: ${replay.reason}`;
  if (quarantined) return `refused from ${quarantined.source}: ${quarantined.reason}`;
  if (failure) return `${failure.state} at ${failure.subscription}: ${whatOf(failure)}`;
  if (proposal) return `${proposal.state}, by ${proposal.by}: ${proposal.summary}`;
  if (change) {
    const { kind, subject, text, atMs } = change;
    return `${kind} at ${formatTime(atMs)}: ${subject && `${subject} `}${text}`;
  }
  if (auditRecord) {
    const { caller, action, target, outcome, atMs } = auditRecord;
    return `${action} ${target}, by ${caller} at ${formatTime(atMs)}: ${outcome}`;
  }
  return isName(what) ? "in the configuration now" : "its event was removed";
}

function isName(what: string): boolean {
  return what === "source" || what === "subscription";
}

function commandsOf({ event, what, id, change }: FoundMessage): string[] {
  if (event?.event) return [`npx hookgate event ${event.event.id}`];
  if (isName(what)) return [`npx hookgate ${what}s`, `npx hookgate events --${what} ${id}`];
  switch (what) {
    case "quarantined":
      return [`npx hookgate quarantine show ${id}`];
    case "failure":
      return [`npx hookgate failures show ${id}`];
    case "replay":
      return ["npx hookgate replays"];
    case "proposal":
      return [`npx hookgate approve ${id}`];
    case "change":
      return [`npx hookgate changes --kind ${change?.kind}`];
    case "audit_record":
      return ["npx hookgate audit"];
    default:
      return [];
  }
}
