import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { APP_NODE_FLAGS, readEnv } from "@hookgate/config";
import type { Command } from "commander";
import { type Cli, CliError, EXIT, tell, write } from "../cli.ts";
import { addJson, type JsonOption } from "../show/answer.ts";
import { serviceUnit } from "../show/service_unit.ts";
import { showJson } from "../show/show_text.ts";

interface InstallOptions extends JsonOption {
  print?: true;
  oneProcess?: true;
  user: string;
  envFile?: string;
}

/** Each app with its main file and the units that stop after it. */
const APPS = {
  dispatcher: { main: new URL("../../dispatcher/main.ts", import.meta.url), after: [] },
  // Stopped first, so that the dispatcher refuses no one.
  edge: {
    main: new URL("../../edge/main.ts", import.meta.url),
    after: ["hookgate-dispatcher.service"],
  },
  console: {
    main: new URL("../../console/main.ts", import.meta.url),
    after: ["hookgate-dispatcher.service"],
  },
} as const;

const GATEWAY = {
  gateway: { main: new URL("../start/gateway_main.ts", import.meta.url), after: [] },
} as const;

const FOLDER = "/etc/systemd/system";
const ENV_FILE = "/etc/hookgate/env";

/** Adds `hookgate install-service`: the units that systemd runs the apps of this folder with. */
export function addInstallService(program: Command, cli: Cli): void {
  const command = program
    .command("install-service")
    .description("print systemd units, hardened, that run the gateway of this folder")
    .option("--print", "print them; nothing is written to this machine")
    .option("--one-process", "one unit for edge, dispatcher and console together")
    .option("--user <user>", "the user that it runs as, with no rights of its own", "hookgate")
    .option("--env-file <file>", `file of variables; .env here if there is one, else ${ENV_FILE}`);
  addJson(command).action((options: InstallOptions) => install(options, cli));
}

async function install(options: InstallOptions, cli: Cli): Promise<void> {
  if (!options.print) {
    throw new CliError(
      "Cannot install: it only prints, so that you see what a service may do; pass --print, and write each unit to the file that it names",
      { exitCode: EXIT.misused },
    );
  }
  const units = unitsOf(options, cli);
  if (options.json) return write(cli.stdout, `${showJson({ units })}\n`);
  await write(cli.stdout, units.map(({ path, text }) => `# ${path}\n${text}`).join("\n"));
  const names = units.map(({ path }) => path.slice(FOLDER.length + 1)).join(" ");
  await tell(
    cli,
    `\nOnce: useradd --system --home-dir /var/lib/hookgate --shell /usr/sbin/nologin ${options.user}\n` +
      `Then: systemctl daemon-reload && systemctl enable --now ${names}\n`,
  );
}

function unitsOf(options: InstallOptions, cli: Cli): { path: string; text: string }[] {
  const { configPath } = readEnv(cli.env);
  const folder = process.cwd();
  const own = join(folder, ".env");
  const environmentFile = options.envFile ?? (existsSync(own) ? own : ENV_FILE);
  return Object.entries(options.oneProcess ? GATEWAY : APPS).map(([app, { main, after }]) => ({
    path: `${FOLDER}/hookgate-${app}.service`,
    text: serviceUnit({
      app,
      after,
      node: process.execPath,
      nodeFlags: APP_NODE_FLAGS,
      main: fileURLToPath(main),
      folder,
      config: configPath,
      environmentFile,
      user: options.user,
    }),
  }));
}
