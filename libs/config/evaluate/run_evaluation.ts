import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { deserialize } from "node:v8";
import { commonJsHint } from "@hookgate/types";
import { ConfigError } from "../config_error.ts";
import type { Env } from "../read_env.ts";
import type { PlainCopy } from "./plain_data.ts";

/** URL of `resolve_hook.ts` for `node --import`. Importing the file would install the hook in this process. */
export const RESOLVE_HOOK_URL: string = new URL("./resolve_hook.ts", import.meta.url).href;

/** Path of the Node that runs this process, for others that it starts. */
export const NODE_PATH: string = process.execPath;

/** Time to evaluate the file. */
const EVALUATION_MS_MAX = 10_000;

/** Largest configuration, serialised, with every default filled in. */
const RESULT_BYTES_MAX = 2 * 1_048_576;

/** Most output of the file that is kept; the rest is dropped. */
const OUTPUT_BYTES_MAX = 65_536;

/** A program started by the file may hold the pipes open: close them after this time. */
const PIPES_MS_MAX = 500;

/** Most lines of Node's error output shown in a problem. */
const OUTPUT_LINES_MAX = 20;

/** Exit status of Node if nothing is left to do while a top-level await is pending. */
const EXIT_UNSETTLED = 13;

/** Lines of that output about Node or about us. */
const OWN_LINE =
  /^\s+at .*(?:node:|resolve_hook\.[jt]s)|evaluate_config\.[jt]s|^Node\.js v|--trace-(?:uncaught|warnings)|Warning: Failed to load the ES module/;

/** Options for {@linkcode runEvaluation}. */
export interface RunEvaluationOptions {
  /** Time for the whole evaluation. @default {10_000} */
  timeoutMs?: number;
  /** Also checks the export as of this time, in milliseconds since 1970, and returns `CheckedConfig`. @default {null} */
  now?: number | null;
  /** Receives what the file printed, after it was evaluated. @default {process.stderr.write} */
  print?: (text: string) => void;
}

/** The result of the process. */
interface Ended {
  result: Buffer;
  output: string;
  /** How the process ended, for a sentence. */
  how: string;
}

/**
 * Evaluates the configuration file in a fresh process, because an import cannot be undone, and returns its default
 * export as plain data, or what checking it gives.
 *
 * @throws {ConfigError} if the file does not load in time, or exports anything but plain data.
 */
export async function runEvaluation(
  env: Env,
  options: RunEvaluationOptions = {},
): Promise<unknown> {
  const { timeoutMs = EVALUATION_MS_MAX, now = null } = options;
  const { print = (text) => process.stderr.write(text) } = options;
  const ended = await waitForEnd(startEvaluation(env, now), { timeoutMs });
  const copy = readResult(ended.result);
  if (copy === null) {
    throw new ConfigError(`Cannot load ${env.configPath}`, [describeFailure(ended)]);
  }
  const { data, problems } = copy;
  if (problems.length > 0) throw new ConfigError(`Cannot use ${env.configPath}`, problems);
  if (ended.output !== "") print(ended.output);
  return data;
}

function startEvaluation(env: Env, now: number | null): ChildProcess {
  const program = fileURLToPath(new URL("./evaluate_config.ts", import.meta.url));
  const configUrl = pathToFileURL(env.configPath).href;
  // A configuration needs no package.json next to it: do not warn about that.
  const flags = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--import", RESOLVE_HOOK_URL];
  const { WEBHOOK_SECRET: _, ...inherited } = process.env;
  const secretGiven = env.webhookSecret !== null;
  const asOf = now === null ? "" : String(now);
  const args = [...flags, program, configUrl, asOf, ...(secretGiven ? [] : [env.dataDir])];
  return spawn(NODE_PATH, args, {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: secretGiven ? { ...inherited, WEBHOOK_SECRET: env.webhookSecret ?? "" } : inherited,
  });
}

function waitForEnd(child: ChildProcess, { timeoutMs }: { timeoutMs: number }): Promise<Ended> {
  let killedFor = "";
  const kill = (reason: string) => {
    killedFor ||= reason;
    child.kill("SIGKILL");
  };
  const tooLarge = () => kill(`its configuration is larger than ${RESULT_BYTES_MAX} bytes`);
  // Where no file can be opened Node makes not even the list, and then says so.
  const pipes: ChildProcess["stdio"] | undefined = child.stdio;
  const result = gather([pipes?.[3]], { bytesMax: RESULT_BYTES_MAX, overflow: tooLarge });
  const output = gather([child.stdout, child.stderr], { bytesMax: OUTPUT_BYTES_MAX });
  const timer = setTimeout(() => kill(`it took longer than ${timeoutMs} ms`), timeoutMs);
  let pipesTimer: NodeJS.Timeout;
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      clearTimeout(timer);
      reject(new Error("Cannot evaluate the configuration: no process can be started", { cause }));
    });
    child.once("exit", () => {
      pipesTimer = setTimeout(() => closePipes(child), PIPES_MS_MAX);
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      clearTimeout(pipesTimer);
      const text = output().toString();
      const how = killedFor || describeEnd({ code, signal, output: text });
      resolve({ result: killedFor === "" ? result() : Buffer.alloc(0), output: text, how });
    });
  });
}

interface GatherOptions {
  bytesMax: number;
  /** Called if there is more than `bytesMax`. */
  overflow?: () => void;
}

/** Gathers what the streams bring, up to a limit; past it they are still read, so that the writer does not block. */
function gather(
  streams: readonly (ChildProcess["stdio"][number] | undefined)[],
  { bytesMax, overflow }: GatherOptions,
): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  for (const stream of streams) {
    if (!stream || !("read" in stream)) continue;
    stream.on("data", (chunk: Buffer) => {
      const room = Math.max(0, bytesMax - size);
      if (room > 0) chunks.push(chunk.subarray(0, room));
      size += chunk.length;
      if (size > bytesMax) overflow?.();
    });
    stream.on("error", () => stream.destroy());
  }
  return () => Buffer.concat(chunks);
}

function closePipes(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.destroy();
}

/** Null if the process wrote no complete result. */
function readResult(bytes: Buffer): PlainCopy | null {
  if (bytes.length === 0) return null;
  try {
    return deserialize(bytes) as PlainCopy;
  } catch {
    return null;
  }
}

/** Node's output for an uncaught error has file, line and message; its own stack frames help nobody. */
function describeFailure({ output, how }: Ended): string {
  const shown = output
    .replace(/^.*(?:node:internal|evaluate_config)\S*:\d+\n.*\n *\^.*$/gm, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !OWN_LINE.test(line))
    .slice(-OUTPUT_LINES_MAX);
  return [`it cannot be evaluated: ${commonJsHint(output) ?? how}`, ...shown].join("\n");
}

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

function describeEnd({ code, signal, output }: End): string {
  if (code === 1 && output !== "") return "it throws";
  if (code === EXIT_UNSETTLED) return "a top-level await in it never settles";
  return `it ends its process (${signal ?? `exit status ${code}`})`;
}
