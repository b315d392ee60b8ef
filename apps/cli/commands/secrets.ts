import type { SecretStatusMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, columnsOf, tell, write } from "../cli.ts";
import { formatAge, formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
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
  if (json) await write(cli.stdout, secrets.map(toLine).join(""));
  else if (secrets.length > 0) await write(cli.stdout, toTable(secrets, cli));
  else await tell(cli, "No secrets.\n");
}

function toLine(secret: SecretStatusMessage): string {
  const { source, secretId, state, untilMs, use, share, safeToDrop, advice } = secret;
  const line = {
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
  };
  return `${showJson(line)}\n`;
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
  const columns = columnsOf(cli.stdout);
  return formatTable([title, ...rows], { columns, shrinkable: [0, 1, 2, 7] });
}

function stateText({ state, untilMs }: SecretStatusMessage): string {
  return untilMs === undefined ? state : `${state} until ${formatTime(untilMs)}`;
}

const MINUTES_DEFAULT = 10;
const MINUTES_MAX = 60;
const MINUTE_MS = 60_000;

/** Adds `hookgate enrol <source>`: accepts a secret from the source's next handshake. */
export function addEnrol(program: Command, cli: Cli): void {
  program
    .command("enrol")
    .description("accept a secret from the next handshake of a source, for some minutes")
    .argument("<source>", "name of the source")
    .option(
      "--minutes <n>",
      `for how many minutes, at most ${MINUTES_MAX}`,
      parseWholeNumber(MINUTES_MAX),
      MINUTES_DEFAULT,
    )
    .action((source: string, options: { minutes: number }) => openEnrolment(source, options, cli));
}

async function openEnrolment(
  source: string,
  { minutes }: { minutes: number },
  cli: Cli,
): Promise<void> {
  const request = { source, openMs: minutes * MINUTE_MS };
  const { untilMs } = await askDispatcher(cli, "open the enrolment", (admin) =>
    admin.openEnrolment(request),
  );
  const done = `The enrolment of ${source} is open until ${formatTime(untilMs)}: create the webhook at the provider now`;
  await write(cli.stdout, `${showText(done)}\n`);
}
