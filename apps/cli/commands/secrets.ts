import type { SecretStatusMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, columnsOf, write } from "../cli.ts";
import { formatAge } from "../show/format_span.ts";
import { formatTable } from "../show/format_table.ts";
import { formatTime } from "../show/format_time.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

interface SecretsOptions {
  source?: string;
  json?: true;
}

/** Adds `hookgate secrets`: which secrets are in use, and which can be dropped. */
export function addSecrets(program: Command, cli: Cli): void {
  program
    .command("secrets")
    .description("say which secrets are in use, and which are safe to drop; never their values")
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
  else await write(cli.stderr, "No secrets.\n");
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
