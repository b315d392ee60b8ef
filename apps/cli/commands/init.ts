import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { findConfig } from "@hookgate/config";
import { makeFolders } from "@hookgate/files";
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
  const extension = (await isCommonJs(resolve(folder))) ? "mts" : "ts";
  const files = newProjectFiles({
    secret: randomBytes(SECRET_BYTES).toString("hex"),
    config: basename(findConfig(folder) ?? `hookgate.config.${extension}`),
    extension,
  });
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

/** Whether Node takes a `.ts` here for CommonJS, as `npm init` has it: the nearest `package.json` says so. */
async function isCommonJs(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => null);
  if (text !== null) return typeOf(text) === "commonjs";
  const parent = dirname(folder);
  return parent === folder ? false : isCommonJs(parent);
}

function typeOf(manifest: string): unknown {
  try {
    return JSON.parse(manifest).type;
  } catch {
    return undefined;
  }
}

/** False if there is such a file already. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const refuse = (error: NodeJS.ErrnoException): never => {
    throw new CliError(`Cannot write ${path}: ${error.code ?? error}`, { cause: error });
  };
  try {
    makeFolders(dirname(path), { mode: 0o777 });
  } catch (error) {
    return refuse(error as NodeJS.ErrnoException);
  }
  // Only `.env` holds a secret.
  const options = { flag: "wx", mode: path.endsWith(".env") ? 0o600 : 0o644 };
  return writeFile(path, text, options).then(
    () => true,
    (error) => (error.code === "EEXIST" ? false : refuse(error)),
  );
}
