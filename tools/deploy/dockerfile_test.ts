import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readEnv, VARIABLES } from "@hookgate/config";
import { expect, test } from "@jest/globals";

const ROOT = resolve(import.meta.dirname, "../..");

/** One instruction, its lines joined. */
interface Instruction {
  name: string;
  rest: string;
}

const instructions = readInstructions(readFileSync(join(ROOT, "Dockerfile"), "utf8"));
const of = (name: string) => instructions.filter((one) => one.name === name);
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));

function readInstructions(text: string): Instruction[] {
  const lines = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n/g, " ");
  return lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [name = "", ...words] = line.trim().split(/\s+/);
      return { name, rest: words.join(" ") };
    });
}

/** The words of an instruction in its exec form. */
function words({ rest }: Instruction): string[] {
  return JSON.parse(rest.slice(rest.indexOf("["))) as string[];
}

test("every base image has a tag that is not a moving one", () => {
  for (const { rest } of of("FROM")) {
    expect(rest).toMatch(/^[a-z0-9./-]+:[\w.-]+(?: AS [a-z]+)?$/);
    expect(rest).not.toMatch(/:latest/);
  }
});

test("later stages copy from earlier ones, and nothing is added from elsewhere", () => {
  expect(of("ADD")).toEqual([]);
  const stages = of("FROM").flatMap(({ rest }) => / AS ([a-z]+)$/.exec(rest)?.[1] ?? []);
  const from = last.flatMap(({ rest }) => /--from=(\S+)/.exec(rest)?.[1] ?? []);
  expect(from.length).toBeGreaterThan(0);
  expect(stages).toEqual(expect.arrayContaining(from));
});

test("it runs as a user that is not root, by number, so that Kubernetes can tell", () => {
  const user = last.findIndex(({ name }) => name === "USER");
  expect(last[user]?.rest).toMatch(/^[1-9]\d+:[1-9]\d+$/);
  const asUser = last.slice(user + 1).map(({ name }) => name);
  expect(asUser).not.toContain("RUN");
  expect(asUser).not.toContain("COPY");
});

test("the code belongs to root, and the user's only folder is DATA_DIR", () => {
  expect(last.filter(({ rest }) => /--chown/.test(rest))).toEqual([]);
  const made = last.flatMap(({ rest }) => [...rest.matchAll(/--mode=0700 (\S+)/g)]);
  expect(made.map((found) => found[1])).toEqual([variables()["DATA_DIR"]]);
  expect(last.find(({ name }) => name === "VOLUME")?.rest).toBe(variables()["DATA_DIR"]);
});

test("commands are in the exec form, so that signals reach the app, and name files that exist", () => {
  const commands = [...of("CMD"), ...of("HEALTHCHECK")];
  expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining(["CMD", "HEALTHCHECK"]));
  for (const command of commands) {
    const [program, ...args] = words(command);
    expect(program).toBe("node");
    expect(existsSync(join(ROOT, args.at(-1) ?? ""))).toBe(true);
  }
});

/** What ENV sets. */
function variables(): Record<string, string> {
  const pairs = last.filter(({ name }) => name === "ENV").flatMap(({ rest }) => rest.split(" "));
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
}

test("its variables are the apps' own, and its ports are theirs", () => {
  const { PATH, NODE_ENV, ...ours } = variables();
  expect([PATH?.startsWith("/opt/hookgate/node_modules/.bin:"), NODE_ENV]).toEqual([
    true,
    "production",
  ]);
  expect(Object.keys(VARIABLES)).toEqual(expect.arrayContaining(Object.keys(ours)));
  const env = readEnv(ours);
  expect(of("EXPOSE").map(({ rest }) => rest)).toEqual([`${env.edgePort} ${env.consolePort}`]);
});

test("nothing secret is written into it", () => {
  const text = instructions.map(({ name, rest }) => `${name} ${rest}`).join("\n");
  expect(text).not.toMatch(/(?:SECRET|PASSWORD|TOKEN|MONGODB_URI)=/);
  expect(of("ARG")).toEqual([]);
});

test("what it is built from is named, exists, and has every workspace's manifest", () => {
  const lines = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
  const kept = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  expect(lines.filter((line) => !/^[#!]/.test(line))[0]).toBe("*");
  expect(kept.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(kept).toEqual(expect.arrayContaining(["package-lock.json", ".npmrc", "protos"]));
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const workspace of workspaces as string[]) {
    const folder = workspace.replace("/*", "");
    expect([folder, kept.includes(folder) || kept.includes(`${folder}/package.json`)]).toEqual([
      folder,
      true,
    ]);
  }
});
