import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { addJson, type JsonOption } from "../show/answer.ts";
import { showJson } from "../show/show_text.ts";
import { newProjectFiles } from "./new_project.ts";

const SECRET_BYTES = 32;

/** Adds `hookgate init`: the files of a project, those that are missing. */
export function addInit(program: Command, cli: Cli): void {
  const command = program
    .command("init")
    .description("write a configuration, a handler, its test, .env and a README; keeps what exists")
    .argument("[folder]", "where", ".");
  addJson(command).action((folder: string, options: JsonOption) => init(folder, options, cli));
}

async function init(folder: string, { json }: JsonOption, cli: Cli): Promise<void> {
  const written: string[] = [];
  const kept: string[] = [];
  const files = newProjectFiles(randomBytes(SECRET_BYTES).toString("hex"));
  for (const [path, text] of Object.entries(files)) {
    const isWritten = await writeNew(join(folder, path), text);
    (isWritten ? written : kept).push(path);
  }
  if (json) return write(cli.stdout, `${showJson({ written, kept })}\n`);
  const lines = [
    ...written.map((path) => `wrote ${path}\n`),
    ...kept.map((path) => `kept  ${path}, which exists\n`),
    ...(kept.includes(".gitignore") ? [GITIGNORE_NOTE] : []),
  ];
  await write(cli.stdout, `${lines.join("")}\nNext: npx hookgate start\n`);
}

const GITIGNORE_NOTE = "      see that .gitignore has .env and data/\n";

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
