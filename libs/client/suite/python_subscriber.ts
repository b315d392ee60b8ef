import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { pythonEnvironment } from "@hookgate/testing";

const ROOT = resolve(import.meta.dirname, "../../..");
const VERSION = "1.85.1";

/** The README's program in Python, running. */
export interface PythonSubscriber extends AsyncDisposable {
  process: ChildProcess;
  /** A line for each event that it handled. */
  stdout: Readable;
  /** What it has printed to standard error so far. */
  errors(): string;
}

/** Options for {@linkcode startPythonSubscriber}. */
export interface PythonSubscriberOptions {
  /** Its own, for the program and the generated code. */
  folder: string;
  address: string;
  token: string;
  name: string;
  types: readonly string[];
}

/** Installs gRPC for Python, generates code from the protos, and starts the README's program to the letter. */
export async function startPythonSubscriber(
  options: PythonSubscriberOptions,
): Promise<PythonSubscriber> {
  const { folder, address, token, name, types } = options;
  const python = await pythonEnvironment({
    what: "gRPC for Python",
    folder: join(ROOT, "node_modules/.cache/grpc_python", VERSION),
    requirements: [`grpcio==${VERSION}`, `grpcio-tools==${VERSION}`],
  });
  const program = join(folder, "subscriber.py");
  await writeFile(program, await readProgram());
  const protos = ["event", "subscription"].map((one) => `hookgate/v1/${one}.proto`);
  const places = ["-I", join(ROOT, "protos"), `--python_out=${folder}`];
  const args = ["-m", "grpc_tools.protoc", ...places, `--grpc_python_out=${folder}`, ...protos];
  await promisify(execFile)(python, args);
  const tokenPath = join(folder, "rpc_token");
  await writeFile(tokenPath, `${token}\n`);
  const child = spawn(python, [program, address, tokenPath, name, ...types], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk) => (errors += chunk));
  const exited = once(child, "exit");
  return {
    process: child,
    stdout: child.stdout,
    errors: () => errors,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** The example's, which the README shows to the letter: its package has no examples. */
async function readProgram(): Promise<string> {
  const program = await readFile(join(ROOT, "examples/python-subscriber/subscriber.py"), "utf8");
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  if (/```python\n(.*?)```/s.exec(readme)?.[1] === program) return program;
  throw new Error(
    "Cannot test the subscriber in Python: the README shows another one than examples",
  );
}
