import type {
  ListNoticesResponse,
  NoticeMessage,
  RecipientMessage,
  TestNoticeResultMessage,
} from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, columnsOf, tell, write } from "../cli.ts";
import { formatAge, formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

/** A test message to an unreachable recipient takes up to 20 s. */
const TEST_MS_MAX = 30_000;

interface ListOptions {
  json?: true;
}

interface TestOptions {
  reason?: string;
  json?: true;
}

/** Adds `hookgate notify` and `hookgate notify test`: who is told when something is wrong, and whether that works. */
export function addNotify(program: Command, cli: Cli): void {
  const notify = program
    .command("notify")
    .description("show who is told when something is wrong, and try it");
  notify
    .command("list", { isDefault: true })
    .description("list who is told, what they were told, and what could not be sent")
    .option("--json", "as one line of JSON")
    .action((options: ListOptions) => listNotices(options, cli));
  notify
    .command("test")
    .description(
      "send a test message, and say what each recipient answered; exits with 1 if one failed",
    )
    .argument("[recipient]", "its name in the configuration; all without it")
    .option("--reason <text>", "why, for the audit log")
    .option("--json", "one JSON object per line")
    .action((recipient: string | undefined, options: TestOptions) =>
      sendTest(recipient ?? "", options, cli),
    );
}

async function listNotices({ json }: ListOptions, cli: Cli): Promise<void> {
  const answer = await askDispatcher(cli, "list what was told", (admin) => admin.listNotices({}));
  const { recipients, notices } = answer;
  if (json) return write(cli.stdout, `${showJson(describe(answer))}\n`);
  if (recipients.length === 0) {
    await tell(cli, "Nobody is told: add a recipient under notify.to of the configuration.\n");
  } else await write(cli.stdout, recipientsTable(recipients, cli));
  if (notices.length > 0) await write(cli.stdout, `\n${noticesText(answer, cli)}`);
  else if (recipients.length > 0) await tell(cli, "Nothing was told yet.\n");
}

/** What was told, for a program. */
function describe({ recipients, notices }: ListNoticesResponse): object {
  const timeOf = (at: number | undefined) => (at === undefined ? null : formatTime(at));
  return {
    recipients: recipients.map((one) => ({
      name: one.name,
      kind: one.kind,
      about: one.about,
      lastToldAt: timeOf(one.lastSentAtMs),
      failures: one.failures,
      error: one.error,
      nextTryAt: timeOf(one.nextTryAtMs),
      untold: one.untold,
    })),
    notices: notices.map((one) => ({
      kind: one.kind,
      subject: one.subject,
      text: one.text,
      advice: one.advice,
      path: one.path,
      beganAt: formatTime(one.beganAtMs),
      endedAt: timeOf(one.endedAtMs),
      told: one.told,
      untold: one.untold,
    })),
  };
}

function recipientsTable(recipients: readonly RecipientMessage[], cli: Cli): string {
  const now = cli.now();
  const rows = recipients.map((recipient) => {
    const { name, kind, lastSentAtMs, untold } = recipient;
    const last = lastSentAtMs === undefined ? "never" : `${formatAge(now - lastSentAtMs)} ago`;
    return [name, kind, last, String(untold), problemOf(recipient)].map(showText);
  });
  const header = ["RECIPIENT", "BY", "LAST TOLD", "UNTOLD", "PROBLEM"];
  return formatTable([header, ...rows], { columns: columnsOf(cli.stdout), shrinkable: [4] });
}

function problemOf({ failures, error, nextTryAtMs }: RecipientMessage): string {
  if (failures === 0) return "";
  const next = nextTryAtMs === undefined ? "" : `; tried again ${formatTime(nextTryAtMs)}`;
  return `${error} (${failures} in a row)${next}`;
}

function noticesText({ notices }: ListNoticesResponse, cli: Cli): string {
  return notices.map((notice) => `${noticeText(notice, cli.now())}\n`).join("");
}

function noticeText(notice: NoticeMessage, now: number): string {
  const { kind, text, advice, beganAtMs, endedAtMs, told, untold } = notice;
  const age = endedAtMs === undefined ? formatAge(now - beganAtMs) : "over";
  const until = endedAtMs === undefined ? "" : ` to ${formatTime(endedAtMs)}`;
  const named = (what: string, isOf: (name: string) => boolean) => {
    const names = untold.filter(isOf);
    return names.length > 0 ? [`${what}: ${names.join(", ")}`] : [];
  };
  const who = [
    ...(told.length > 0 ? [`told ${told.join(", ")}`] : []),
    ...named("not yet told", (name) => !told.includes(name)),
    ...named("not yet told that it is over", (name) => told.includes(name)),
  ].join("; ");
  const lines = [`${kind}, ${age}: from ${formatTime(beganAtMs)}${until}`, text, advice, who];
  return lines
    .filter((line) => line !== "")
    .map((line, index) => `${index === 0 ? "" : "    "}${showText(line)}\n`)
    .join("");
}

async function sendTest(recipient: string, { reason, json }: TestOptions, cli: Cli): Promise<void> {
  const request = { recipient, ...(reason !== undefined && { reason }) };
  const { results } = await askDispatcher(
    cli,
    "send a test message",
    (admin) => admin.sendTestNotice(request),
    { deadlineMs: TEST_MS_MAX },
  );
  await write(cli.stdout, json ? results.map(resultLine).join("") : resultsTable(results, cli));
  const failed = results.filter(({ ok }) => !ok).map(({ recipient: name }) => name);
  if (failed.length > 0) throw new CliError(`Cannot tell ${failed.join(", ")}`);
}

function resultLine({ recipient, kind, ok, answer }: TestNoticeResultMessage): string {
  return `${showJson({ recipient, kind, ok, answer })}\n`;
}

function resultsTable(results: readonly TestNoticeResultMessage[], cli: Cli): string {
  const rows = results.map(({ recipient, kind, ok, answer }) =>
    [recipient, kind, ok ? "sent" : "failed", answer].map(showText),
  );
  const header = ["RECIPIENT", "BY", "RESULT", "ANSWER"];
  return formatTable([header, ...rows], { columns: columnsOf(cli.stdout), shrinkable: [3] });
}
