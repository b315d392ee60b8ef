import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Config } from "@hookgate/config";
import { freePort, waitFor } from "@hookgate/testing";
import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { type App, AppProcess } from "./app_process.ts";
import { Supervisor, type SupervisorOptions } from "./supervisor.ts";

const folder = mkdtempSync(join(tmpdir(), "hookgate-start-"));
const journal = join(folder, "journal");
const supervisors: Supervisor[] = [];
const spawned: ChildProcess[] = [];

afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => writeFileSync(journal, ""));
afterEach(() => {
  for (const supervisor of supervisors.splice(0)) {
    supervisor.stop(0);
    supervisor.interrupt();
  }
  for (const child of spawned.splice(0)) child.kill("SIGKILL");
});

/** Every fake app starts with this: `note` appends a line to the journal, in one write. */
const PRELUDE = `
import { appendFileSync } from "node:fs";
const name = process.argv[2];
const note = (line) => appendFileSync(${JSON.stringify(journal)}, name + " " + line + "\\n");
const ready = () => { note("ready " + process.pid); console.log("ready " + name + " http://" + name); };
const stayAlive = () => setInterval(() => {}, 1_000);
`;

/** A healthy app: ends on SIGTERM. */
const SOUND = `
process.on("SIGTERM", () => { note("stopped"); process.exit(0); });
stayAlive();
ready();
`;

function fakeApp(name: string, source: string = SOUND, healthPort: number | null = null): App {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, PRELUDE + source);
  return { name, args: [file, name], healthPort };
}

function notes(): string[] {
  return readFileSync(journal, "utf8").split("\n").slice(0, -1);
}

/** Process ids of an app, oldest first. */
function pids(name: string): number[] {
  return notes()
    .filter((line) => line.startsWith(`${name} ready `))
    .map((line) => Number(line.split(" ")[2]));
}

function alive(pid: number | undefined): boolean {
  if (pid === undefined) throw new TypeError("Cannot look for a process: it never started");
  try {
    process.kill(pid, 0);
    // A zombie still accepts signals.
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

function until(what: string, condition: () => boolean): Promise<true> {
  return waitFor(condition, { what, timeoutMs: 20_000 });
}

function watch(apps: App[], options: Partial<SupervisorOptions> = {}) {
  const lines: string[] = [];
  const log: string[] = [];
  const supervisor = new Supervisor(apps, {
    ready: (name, address) => lines.push(`${name} ${address}`),
    log: (line) => log.push(line),
    random: () => 0,
    ...options,
  });
  supervisors.push(supervisor);
  return { supervisor, lines, log, exit: supervisor.run() };
}

test("Supervisor announces each app once, when it is ready", async () => {
  const { lines, supervisor, exit } = watch([fakeApp("edge"), fakeApp("dispatcher")]);
  await until("ready", () => lines.length === 2);
  expect(lines.toSorted()).toEqual(["dispatcher http://dispatcher", "edge http://edge"]);
  supervisor.stop(0);
  expect(await exit).toBe(0);
  expect(lines).toHaveLength(2);
});

test("Supervisor forwards what an app prints other than its ready line", async () => {
  const chatty = fakeApp("edge", `console.log("hello"); console.log("ready other x"); ${SOUND}`);
  const { lines, log } = watch([chatty]);
  await until("ready", () => lines.length === 1);
  expect(log).toEqual(["hello", "ready other x"]);
});

test("Supervisor restarts a killed app, and does not announce it again", async () => {
  const { lines, log } = watch([fakeApp("edge"), fakeApp("dispatcher")]);
  await until("ready", () => lines.length === 2);
  process.kill(Number(pids("dispatcher")[0]), "SIGKILL");
  await until("back", () => log.includes("dispatcher is ready again at http://dispatcher"));
  expect(log[0]).toBe("dispatcher ended (SIGKILL); starting it again in 0 ms");
  expect(pids("edge")).toHaveLength(1);
  expect(lines).toHaveLength(2);
});

test("Supervisor waits longer from crash to crash", async () => {
  const { log } = watch([fakeApp("edge", "process.exit(7);")], { random: () => 0.999_999 });
  await until("crashed four times", () => log.length === 4);
  const waits = log.map((line) => /^edge ended \(exit code 7\); .* in (\d+) ms$/.exec(line)?.[1]);
  expect(waits.map(Number)).toEqual(waits.map(Number).toSorted((a, b) => a - b));
  expect(Number(waits[3])).toBeGreaterThan(2 * Number(waits[0]));
  expect(Number(waits[0])).toBeGreaterThan(0);
});

test("Supervisor restarts an app that ended with 0: apps end only when asked to", async () => {
  const { log } = watch([fakeApp("edge", "")]);
  await until("ended", () => log.length > 0);
  expect(log[0]).toContain("edge ended (exit code 0); starting it again");
});

test("Supervisor stops everything with 2 if an app says that a restart does not help", async () => {
  const bad = fakeApp("dispatcher", `note("bad"); process.exit(2);`);
  const { log, exit } = watch([fakeApp("edge"), bad]);
  expect(await exit).toBe(2);
  expect(notes().filter((line) => line === "dispatcher bad")).toHaveLength(1);
  expect(log).toEqual([]);
  expect(pids("edge").filter(alive)).toEqual([]);
});

test("Supervisor starts what is beside the others once they are ready", async () => {
  const beside = { ...fakeApp("console"), beside: true };
  const slow = fakeApp("edge", SOUND.replace("ready();", "setTimeout(ready, 200);"));
  const { lines } = watch([beside, slow, fakeApp("dispatcher")]);
  await until("ready", () => lines.length === 3);
  expect(lines.at(-1)).toBe("console http://console");
});

test("Supervisor goes on without what is beside the others if it refuses to start", async () => {
  const refusing = { ...fakeApp("console", "process.exit(2);"), beside: true };
  const missing: string[] = [];
  const { lines, log, supervisor, exit } = watch([fakeApp("edge"), refusing], {
    without: (name) => missing.push(name),
  });
  await until("missed", () => missing.length === 1);
  expect(lines).toEqual(["edge http://edge"]);
  expect(log).toEqual(["console is not started again, the others go on"]);
  expect(pids("edge").filter(alive)).toHaveLength(1);
  supervisor.stop(0);
  expect(await exit).toBe(0);
});

test("Supervisor stops the apps one after the other, in their order", async () => {
  const slow = SOUND.replace(
    "process.exit(0);",
    "setTimeout(() => { note('gone'); process.exit(0); }, 100);",
  );
  const { lines, supervisor, exit } = watch([fakeApp("edge", slow), fakeApp("dispatcher")]);
  await until("ready", () => lines.length === 2);
  supervisor.interrupt();
  expect(await exit).toBe(0);
  expect(notes().slice(2)).toEqual(["edge stopped", "edge gone", "dispatcher stopped"]);
});

test("Supervisor counts two interrupts at once as one", async () => {
  const { lines, supervisor, exit } = watch([fakeApp("edge"), fakeApp("dispatcher")]);
  await until("ready", () => lines.length === 2);
  supervisor.interrupt();
  supervisor.interrupt();
  expect(await exit).toBe(0);
  expect(notes().slice(2)).toEqual(["edge stopped", "dispatcher stopped"]);
});

const DEAF = `process.on("SIGTERM", () => note("deaf")); stayAlive(); ready();`;

test("Supervisor stops the next app if one does not stop, and kills it in the end", async () => {
  const { lines, log, supervisor, exit } = watch([fakeApp("edge", DEAF), fakeApp("dispatcher")], {
    stepMs: 20,
    stopMs: 1_500,
  });
  await until("ready", () => lines.length === 2);
  supervisor.stop(0);
  expect(await exit).toBe(0);
  expect(notes().slice(2)).toContain("dispatcher stopped");
  expect(log).toEqual(["not all apps stopped within 1500 ms: killing them"]);
  expect([...pids("edge"), ...pids("dispatcher")].filter(alive)).toEqual([]);
});

test("Supervisor kills at once on a second Ctrl-C", async () => {
  const { lines, supervisor, exit } = watch([fakeApp("edge", DEAF)], { stopMs: 60_000 });
  await until("ready", () => lines.length === 1);
  supervisor.interrupt();
  const interruptedAt = performance.now();
  await until("asked", () => notes().includes("edge deaf"));
  await until("another Ctrl-C", () => performance.now() - interruptedAt > 500);
  supervisor.interrupt();
  expect(await exit).toBe(130);
  expect(pids("edge").filter(alive)).toEqual([]);
});

test("Supervisor stops while an app waits to be started again", async () => {
  const { log, supervisor, exit } = watch([fakeApp("edge", "process.exit(1);")], {
    random: () => 0.999_999,
  });
  await until("crashed", () => log.length === 3);
  supervisor.stop(0);
  expect(await exit).toBe(0);
});

test("Supervisor gives apps their configuration, a changed one, and the last to one that is started again", async () => {
  const program = pathToFileURL(
    resolve(import.meta.dirname, "../../../libs/config/parent_config.ts"),
  );
  const told = `
    import { inspect } from "node:util";
    import { receiveConfig } from "${program}";
    const tell = (config) => note(inspect(config.limits));
    tell(await receiveConfig(tell));
    ${SOUND}`;
  const { lines, supervisor } = watch([fakeApp("edge", told), fakeApp("dispatcher", told)]);
  const shown = "{ bodyBytesMax: Infinity, inFlightMax: undefined }";
  const configOf = (limits: object) => ({ limits }) as Config;
  supervisor.configure(configOf({ bodyBytesMax: Infinity, inFlightMax: undefined }));
  await until("ready", () => lines.length === 2);
  const count = (line: string) => notes().filter((each) => each === line).length;
  expect([count(`edge ${shown}`), count(`dispatcher ${shown}`)]).toEqual([1, 1]);

  supervisor.configure(configOf({ inFlightMax: 2 }));
  await until("changed", () => count("edge { inFlightMax: 2 }") === 1);
  await until("changed, too", () => count("dispatcher { inFlightMax: 2 }") === 1);
  process.kill(Number(pids("edge")[0]), "SIGKILL");
  await until("given again", () => count("edge { inFlightMax: 2 }") === 2);
  expect(count(`edge ${shown}`)).toBe(1);
});

test("Supervisor leaves nothing behind that a killed app had started", async () => {
  const withHost = fakeApp(
    "dispatcher",
    `
    import { spawn } from "node:child_process";
    // Like a handler host with a stuck loop: it notices neither a closed channel nor a signal.
    const host = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
    note("host " + host.pid);
    ${SOUND}`,
  );
  const { lines, log } = watch([withHost]);
  await until("ready", () => lines.length === 1);
  const host = Number(
    notes()
      .find((line) => line.startsWith("dispatcher host "))
      ?.split(" ")[2],
  );
  expect(alive(host)).toBe(true);
  process.kill(Number(pids("dispatcher")[0]), "SIGKILL");
  await until("noticed", () => log.length > 0);
  await until("gone", () => !alive(host));
});

test("apps drain when their supervisor is killed, and stop what they forked themselves", async () => {
  const forking = fakeApp(
    "edge",
    `
    import { fork } from "node:child_process";
    if (process.argv[3] === "forked") {
      process.on("disconnect", () => { note("forked is free"); });
      process.on("message", () => process.disconnect());
      stayAlive();
      note("ready " + process.pid);
    } else {
      const forked = fork(process.argv[1], ["forked-by-edge", "forked"]);
      forked.on("disconnect", () => { ready(); });
      forked.send("go");
      process.on("SIGTERM", () => {
        note("forked lives " + (forked.exitCode === null && forked.signalCode === null));
        forked.kill("SIGKILL");
        note("stopped");
        process.exit(0);
      });
      stayAlive();
    }`,
  );
  const script = join(folder, "parent.ts");
  writeFileSync(
    script,
    `import { Supervisor } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "supervisor.ts")).href)};
     await new Supervisor(${JSON.stringify([forking])}, { ready() {}, log() {} }).run();`,
  );
  const parent = spawn(process.execPath, [script], { stdio: "ignore" });
  spawned.push(parent);
  await until("ready", () => pids("edge").length === 1);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await until("stopped", () => notes().includes("edge stopped"));
  await until("gone", () => pids("edge").filter(alive).length === 0);
  expect(notes()).toContain("forked-by-edge forked is free");
  expect(notes()).toContain("edge forked lives true");
});

const HEALTH = { everyMs: 50, timeoutMs: 200, failuresMax: 4 };

/** Answers on the port of its first argument behind its name. */
const ANSWERING = `
import { createServer } from "node:http";
createServer((_, response) => response.end()).listen(PORT, "127.0.0.1");
`;

test("Supervisor kills an app that has stopped answering /healthz, and starts it again", async () => {
  const port = await freePort();
  const app = fakeApp("edge", ANSWERING.replace("PORT", `${port}`) + SOUND, port);
  const { lines, log } = watch([app], { health: HEALTH });
  await until("ready", () => lines.length === 1);
  const [stopped] = pids("edge");
  process.kill(Number(stopped), "SIGSTOP");
  await until("back", () => log.includes("edge is ready again at http://edge"));
  expect(log.slice(0, 2)).toEqual([
    "edge has stopped answering /healthz: killing it",
    "edge ended (SIGKILL); starting it again in 0 ms",
  ]);
  expect(alive(stopped)).toBe(false);
});

test("Supervisor leaves an app alone that starts slowly, answers late, or refuses connections", async () => {
  const port = await freePort();
  const moody = `
    import { createServer } from "node:http";
    const server = createServer((_, response) => {
      note("asked");
      setTimeout(() => response.end(), 100);
    });
    // Four times as long as a running app may be silent.
    setTimeout(() => server.listen(${port}, "127.0.0.1", ready), 1_600);
    process.on("SIGUSR2", () => {
      server.maxConnections = 0;
      server.on("drop", () => note("refused"));
    });
    process.on("SIGTERM", () => process.exit(0));
  `;
  const { lines, log } = watch([fakeApp("edge", moody, port)], { health: HEALTH });
  await until("ready", () => lines.length === 1);
  const count = (word: string) => notes().filter((line) => line === `edge ${word}`).length;
  await until("asked", () => count("asked") > 8);
  process.kill(Number(pids("edge")[0]), "SIGUSR2");
  await until("refused", () => count("refused") > 8);
  expect(log).toEqual([]);
  expect(pids("edge")).toHaveLength(1);
});

test("an app that cannot be spawned is started again with its configuration", async () => {
  const lines: string[] = [];
  const callbacks = { ready: () => {}, refused: () => {}, log: (line: string) => lines.push(line) };
  const late = new AppProcess(fakeApp("late"), callbacks);
  late.configure({} as Config);
  const { execPath } = process;
  process.execPath = join(folder, "nothing");
  try {
    late.start();
    await waitFor(() => lines.length > 0, { what: "the failure" });
    expect(lines[0]).toMatch(/^late ended \(spawn .*nothing ENOENT\); starting it again in/);
  } finally {
    process.execPath = execPath;
  }
  await waitFor(() => pids("late").length === 1, { what: "the next start", timeoutMs: 15_000 });
  await late.stop();
});
