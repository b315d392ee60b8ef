import type { SecretStatusMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, screenOf } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer, writeList } from "../show/answer.ts";
import { formatAge, formatTime } from "../show/format.ts";
import { showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { parseWholeNumber } from "./options.ts";

interface SecretsOptions {
  source?: string;
  json?: true;
}

/** Adds `hookgate secrets`: which secrets are in use, and which can be removed. */
export function addSecrets(program: Command, cli: Cli): void {
  program
    .command("secrets")
    .description("show which secrets are in use and which can be removed; never their values")
    .option("--source <source>", "of this source")
    .option("--json", "one JSON object per line")
    .action((options: SecretsOptions) => listSecrets(options, cli));
}

async function listSecrets({ source = "", json }: SecretsOptions, cli: Cli): Promise<void> {
  const { secrets } = await askDispatcher(cli, "list secrets", (admin) =>
    admin.listSecrets({ source }),
  );
  await writeList([secrets], { cli, json, value: describe, table: toTable, none: "No secrets." });
}

function describe(secret: SecretStatusMessage) {
  const { source, secretId, state, untilMs, use, share, safeToDrop, advice } = secret;
  return {
    source,
    secretId,
    state,
    until: untilMs === undefined ? null : formatTime(untilMs),
    uses: use?.uses ?? 0,
    firstUsedAt: use && formatTime(use.firstUsedAtMs),
    lastUsedAt: use && formatTime(use.lastUsedAtMs),
    share,
    safeToDrop,
    advice,
    ...(secret.deliveredBy !== undefined && { deliveredBy: secret.deliveredBy }),
    ...(secret.deliveredAtMs !== undefined && { deliveredAt: formatTime(secret.deliveredAtMs) }),
  };
}

function toTable(secrets: readonly SecretStatusMessage[], cli: Cli): string {
  const now = cli.now();
  const rows = secrets.map((secret) => {
    const { source, secretId, use, share, safeToDrop, advice } = secret;
    return [
      source,
      secretId,
      stateText(secret),
      String(use?.uses ?? 0),
      `${Number((100 * share).toFixed(1))} %`,
      use === null ? "never" : `${formatAge(now - use.lastUsedAtMs)} ago`,
      safeToDrop ? "yes" : "no",
      advice,
    ].map(showText);
  });
  const title = ["SOURCE", "SECRET", "STATE", "USES", "SHARE", "LAST USED", "DROP", "WHY"];
  const screen = screenOf(cli);
  return formatTable([title, ...rows], { ...screen, shrinkable: [0, 1, 2, 7] });
}

function stateText({ state, untilMs, deliveredBy }: SecretStatusMessage): string {
  if (deliveredBy !== undefined) return `${state}, from ${deliveredBy}`;
  return untilMs === undefined ? state : `${state} until ${formatTime(untilMs)}`;
}

const MINUTES_DEFAULT = 10;
const MINUTES_MAX = 60;
const MINUTE_MS = 60_000;

/** Adds `hookgate enrol <source>`: accepts a secret from the source's next handshake. */
export function addEnrol(program: Command, cli: Cli): void {
  const command = program
    .command("enrol")
    .description(
      "accept a secret from a handshake of a source whose URL has a word, for some minutes",
    )
    .argument("<source>", "name of the source")
    .option(
      "--minutes <n>",
      `for how many minutes, at most ${MINUTES_MAX}`,
      parseWholeNumber(MINUTES_MAX),
      MINUTES_DEFAULT,
    )
    .option("--revoke", "close it, and forget the secrets that handshakes delivered")
    .option("--reason <text>", "why, for the audit log");
  addJson(command).action((source: string, options: EnrolOptions) => enrol(source, options, cli));
}

interface EnrolOptions extends JsonOption {
  minutes: number;
  revoke?: true;
  reason?: string;
}

async function enrol(source: string, options: EnrolOptions, cli: Cli): Promise<void> {
  const { revoke, reason } = options;
  if (!revoke) return openEnrolment(source, options, cli);
  const request = { source, ...(reason !== undefined && { reason }) };
  const { secrets } = await askDispatcher(cli, "revoke the enrolment", (admin) =>
    admin.revokeEnrolment(request),
  );
  const text = `The enrolment of ${source} is closed; delivered secrets that no longer verify: ${secrets}`;
  await writeAnswer(
    { text, value: { source, open: false, revokedSecrets: secrets } },
    options,
    cli,
  );
}

async function openEnrolment(source: string, options: EnrolOptions, cli: Cli): Promise<void> {
  const { minutes, reason } = options;
  const openMs = minutes * MINUTE_MS;
  const request = { source, openMs, ...(reason !== undefined && { reason }) };
  const { untilMs, word } = await askDispatcher(cli, "open the enrolment", (admin) =>
    admin.openEnrolment(request),
  );
  const until = formatTime(untilMs);
  const end = `/api/webhooks/${source}?enrol=${word}`;
  const text =
    `The enrolment of ${source} is open until ${until}: create the webhook at the provider now, ` +
    `with ${end} as the end of its URL`;
  await writeAnswer({ text, value: { source, open: true, until, path: end } }, options, cli);
}
