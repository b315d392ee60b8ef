import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { newProjectFiles } from "./new_project.ts";

const SECRET_BYTES = 32;

/** Adds `hookgate init`: the files of a project, those that are missing. */
export function addInit(program: Command, cli: Cli): void {
  program
    .command("init")
    .description("write a configuration, a handler, its test, .env and a README; keeps what exists")
    .argument("[folder]", "where", ".")
    .action((folder: string) => init(folder, cli));
}

async function init(folder: string, cli: Cli): Promise<void> {
  const files = newProjectFiles(randomBytes(SECRET_BYTES).toString("hex"));
  for (const [path, text] of Object.entries(files)) {
    const isWritten = await writeNew(join(folder, path), text);
    await write(cli.stdout, isWritten ? `wrote ${path}\n` : `kept  ${path}, which exists\n`);
    if (!isWritten && path === ".gitignore") await write(cli.stdout, GITIGNORE_NOTE);
  }
  await write(cli.stdout, "\nNext: npx hookgate start\n");
}

const GITIGNORE_NOTE = "      see that it has .env and data/\n";

/** False if there is such a file already. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const refuse = (error: NodeJS.ErrnoException): never => {
    throw new CliError(`Cannot write ${path}: ${error.code ?? error}`, { cause: error });
  };
  await mkdir(dirname(path), { recursive: true }).catch(refuse);
  // Only `.env` holds a secret.
  const options = { flag: "wx", mode: path.endsWith(".env") ? 0o600 : 0o644 };
  return writeFile(path, text, options).then(
    () => true,
    (error) => (error.code === "EEXIST" ? false : refuse(error)),
  );
}
