import {
  type Config,
  type ConfiguredSource,
  type Env,
  loadConfig,
  type Recipient,
  readDataKey,
  readEnv,
} from "@hookgate/config";
import { clientSecurity, serverSecurity } from "@hookgate/rpc";
import { StartError, type Subscription } from "@hookgate/types";
import type { Command } from "commander";
import { type Cli, CliError, EXIT, tell, write } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer } from "../show/answer.ts";
import { formatCount } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";

/** What is shown instead of a secret. */
const HIDDEN = "…";

/** Adds `hookgate config check` and `hookgate config print`. */
export function addConfig(program: Command, cli: Cli): void {
  const config = program.command("config").description("look at the configuration of this folder");
  const checking = config
    .command("check")
    .description("check the environment and the configuration, as a start does");
  addJson(checking).action((options: JsonOption) => check(options, cli));
  config
    .command("print")
    .description("print the configuration as JSON, with all defaults and without secrets")
    .option("--json", "in one line")
    .action((options: JsonOption) => print(options, cli));
}

async function check(options: JsonOption, cli: Cli): Promise<void> {
  const env = readEnv(cli.env);
  const warnings: string[] = [];
  const warn = (warning: string) => void warnings.push(warning);
  const { sources, subscriptions } = await loadConfig({ env, log: { warn } });
  await checkFiles(env).catch((error: unknown) => {
    if (!(error instanceof StartError)) throw error;
    throw new CliError(error.message, { exitCode: EXIT.misused });
  });
  for (const warning of warnings) await tell(cli, `Warning: ${showText(warning)}\n`);
  const counts = [
    `${formatCount(sources.length)} ${sources.length === 1 ? "source" : "sources"}`,
    `${formatCount(subscriptions.length)} ${subscriptions.length === 1 ? "subscription" : "subscriptions"}`,
  ];
  const path = env.configPath;
  const value = {
    valid: true,
    path,
    sources: sources.map(({ name }) => name),
    subscriptions: subscriptions.map(({ name }) => name),
    warnings,
  };
  await writeAnswer({ text: `${path} is valid: ${counts.join(", ")}`, value }, options, cli);
}

/** Files that variables name. Of tokens the dispatcher's; without them those of a client do. @throws {StartError} if one cannot be used. */
async function checkFiles(env: Env): Promise<void> {
  const local = { address: env.dispatcherAddress, localToken: () => null };
  const serves = env.rpcTokensFile !== null || env.rpcTls?.cert != null;
  await (serves ? serverSecurity(env, local) : clientSecurity(env, local));
  readDataKey(env, { create: false });
}

async function print({ json }: JsonOption, cli: Cli): Promise<void> {
  const config = await loadConfig({ env: readEnv(cli.env) });
  if (json) return write(cli.stdout, `${showJson(withoutSecrets(config))}\n`);
  await write(cli.stdout, `${showLines(JSON.stringify(withoutSecrets(config), null, 2))}\n`);
}

/** JSON in several lines, safe to show. */
function showLines(json: string): string {
  return json.split("\n").map(showText).join("\n");
}

/** A configuration as it may be shown: values that can be secrets are hidden, their names are not. */
export function withoutSecrets(config: Config): Config {
  const { sources, subscriptions, notify } = config;
  return {
    ...config,
    sources: sources.map(hideOfSource),
    subscriptions: subscriptions.map(hideOfSubscription),
    notify: { ...notify, recipients: notify.recipients.map(hideOfRecipient) },
  };
}

function hideOfSource(source: ConfiguredSource): ConfiguredSource {
  const settings = Object.keys(source.settings).map((name) => [name, HIDDEN]);
  return {
    ...source,
    secrets: source.secrets.map((secret) => ({ ...secret, value: HIDDEN })),
    settings: Object.fromEntries(settings),
  };
}

function hideOfSubscription(subscription: Subscription): Subscription {
  const { target } = subscription;
  if (target.kind !== "endpoint") return subscription;
  const secrets = target.secrets.map((secret) => ({ ...secret, value: HIDDEN }));
  const headers = target.headers.map(({ name }) => ({ name, value: HIDDEN }));
  return { ...subscription, target: { ...target, url: hideOfUrl(target.url), secrets, headers } };
}

function hideOfRecipient({ target, ...rest }: Recipient): Recipient {
  if (target.kind === "slack") return { ...rest, target: { ...target, url: HIDDEN } };
  if (target.kind === "endpoint") {
    const secrets = target.secrets.map((secret) => ({ ...secret, value: HIDDEN }));
    const headers = target.headers.map(({ name }) => ({ name, value: HIDDEN }));
    return { ...rest, target: { ...target, url: hideOfUrl(target.url), secrets, headers } };
  }
  const { login } = target.smtp;
  const smtp = { ...target.smtp, login: login && { ...login, password: HIDDEN } };
  return { ...rest, target: { ...target, smtp } };
}

/** A URL can have a key in its query. */
function hideOfUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return HIDDEN;
  if (url.search !== "") url.search = "...";
  return url.href;
}
