import type { AdminHandlers, ProposalMessage } from "@hookgate/rpc";
import { type Command, Option } from "commander";
import { type Cli, CliError, columnsOf, EXIT, tell, write } from "../cli.ts";
import { messageValue, writeList } from "../show/answer.ts";
import { formatAge, formatDeliveries, formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatFields, formatNotedTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { askYes, canAsk } from "./ask_yes.ts";

interface ApproveOptions {
  yes?: true;
  reject?: true;
  reason?: string;
  all?: true;
  json?: true;
}

/** How long an approved action may take, in milliseconds: a release verifies up to 200 requests. */
const ACT_MS_MAX = 120_000;

/** Ids that are shown of one proposal. */
const IDS_SHOWN_MAX = 20;

/** Adds `hookgate approve [id]`: what others propose, and a person decides. */
export function addApprove(program: Command, cli: Cli): void {
  program
    .command("approve")
    .description("list what was proposed, or show one, ask, and do it")
    .argument("[proposal]", "its id, prp_…")
    .option("--yes", "do it without asking")
    .addOption(new Option("--reject", "end it instead: it is not done").conflicts(["yes"]))
    .option("--reason <text>", "why, for the audit log")
    .addOption(new Option("--all", "list also what was decided, or has expired"))
    .option("--json", "one JSON object per line")
    .action((id: string | undefined, options: ApproveOptions) =>
      id === undefined ? listProposals(options, cli) : decide(id, options, cli),
    );
}

async function listProposals(options: ApproveOptions, cli: Cli): Promise<void> {
  const { yes, reject, reason, all = false as boolean, json } = options;
  if (yes || reject || reason !== undefined) {
    misuse("Cannot decide: give the id of a proposal, prp_…; npx hookgate approve lists them");
  }
  const request = { waitingOnly: !all };
  const { proposals } = await askDispatcher(cli, "list proposals", (admin) =>
    admin.listProposals(request),
  );
  await writeList([proposals], {
    cli,
    json,
    value: describeProposal,
    table: toTable,
    none: "No proposals wait.",
    below: "One of them, and the question whether to do it: npx hookgate approve <id>",
  });
}

async function decide(id: string, options: ApproveOptions, cli: Cli): Promise<void> {
  const { yes, reject, all, json, reason } = options;
  if (!/^prp_/.test(id))
    misuse(`Cannot decide about ${JSON.stringify(id)}: give the id of a proposal, prp_…`);
  if (all) misuse("Cannot combine --all with the id of a proposal");
  const what = reject ? "reject it" : "approve it";
  const ask = async (admin: AdminHandlers) => {
    const { proposals } = await admin.listProposals({ waitingOnly: false });
    const found = proposals.find((one) => one.id === id);
    if (!found)
      throw new CliError(
        `Cannot ${what}: there is no proposal ${id}; what there is: npx hookgate approve --all`,
      );
    if (json && !yes && !reject) return found;
    if (!json) await write(cli.stdout, fieldsOf(found, cli));
    if (found.state !== "waiting") {
      if (!yes && !reject) return null;
      throw new CliError(`Cannot ${what}: ${id} is ${found.state}`);
    }
    if (!yes && !reject && !(await confirm(cli))) return null;
    const request = { id, ...(reason !== undefined && { reason }) };
    const { proposal } = reject
      ? await admin.rejectProposal(request)
      : await admin.approveProposal(request);
    return proposal;
  };
  const decided = await askDispatcher(cli, what, ask, { deadlineMs: ACT_MS_MAX });
  if (decided === null) return;
  if (json) return write(cli.stdout, `${showJson(describeProposal(decided))}\n`);
  const { state, outcome } = decided;
  await write(cli.stdout, `\n${showText(`${id} is ${state}${outcome && `; ${outcome}`}`)}\n`);
}

/** Whether to do it; without a terminal it was only to be shown. */
async function confirm(cli: Cli): Promise<boolean> {
  if (!canAsk(cli)) {
    await tell(cli, "\nTo do it: --yes; to end it: --reject\n");
    return false;
  }
  if (await askYes("\nDo this now?", cli)) return true;
  throw new CliError("Nothing was done: it still waits; --reject ends it");
}

function toTable(proposals: readonly ProposalMessage[], cli: Cli): string {
  const rows = proposals.map(({ id, state, by, atMs, expiresAtMs, summary, reason }) => ({
    cells: [
      id,
      state,
      by,
      `${formatAge(cli.now() - atMs)} ago`,
      state === "waiting" ? `in ${formatAge(expiresAtMs - cli.now())}` : "",
    ].map(showText),
    notes: [summary, reason].map(showText),
  }));
  const titles = ["PROPOSAL", "STATE", "BY", "PROPOSED", "EXPIRES"];
  const title = { cells: titles, notes: ["WHAT", "WHY"] };
  return formatNotedTable([title, ...rows], { columns: columnsOf(cli.stdout), shrinkable: [2] });
}

function fieldsOf(proposal: ProposalMessage, cli: Cli): string {
  const { id, by, atMs, reason, summary, state, expiresAtMs, bySubscription, action } = proposal;
  const { decidedAtMs, decidedBy, decisionReason, outcome } = proposal;
  const named = action?.release?.ids ?? action?.replay?.filter?.ids ?? [];
  const more = named.length - IDS_SHOWN_MAX;
  return formatFields([
    ["id", id],
    ["what", summary],
    ...bySubscription.map(({ subscription, deliveries }) => [
      `for ${showText(subscription)}`,
      formatDeliveries(deliveries),
    ]),
    ...named.slice(0, IDS_SHOWN_MAX).map((one) => ["", one]),
    ["", more > 0 ? `and ${more} more` : ""],
    ["why", reason],
    ["proposed", `by ${by}, ${formatAge(cli.now() - atMs)} ago`],
    ["state", state],
    ["expires", state === "waiting" ? formatTime(expiresAtMs) : ""],
    ["decided", decidedAtMs === undefined ? "" : `by ${decidedBy}, ${formatTime(decidedAtMs)}`],
    ["because", decisionReason],
    ["outcome", outcome],
  ]);
}

/** A proposal as `approve --json` prints it, one per line: a form that programs can rely on. */
export function describeProposal(proposal: ProposalMessage): object {
  return Object.assign({ decidedAt: null }, messageValue(proposal));
}

function misuse(problem: string): never {
  throw new CliError(problem, { exitCode: EXIT.misused });
}
