import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AdminHandlers, RpcError } from "@hookgate/rpc";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

let folder: TemporaryDirectory;
let dispatcher: ScriptedDispatcher;
let problems: string[];
let isMongo: boolean;

const admin: Partial<AdminHandlers> = {
  async backUp({ name }) {
    if (isMongo) throw new RpcError("FAILED_PRECONDITION", "Cannot back up: use mongodump");
    const path = join(folder.path, "backups", name);
    mkdirSync(join(folder.path, "backups"), { recursive: true });
    writeFileSync(path, "a copy");
    return { path, bytes: 3 * 2 ** 20 };
  },
  async listStoreProblems({ pageToken }) {
    return pageToken === ""
      ? { problems: [], events: 100, deliveries: 0, nextPageToken: "deliveries:" }
      : { problems, events: 0, deliveries: 90, nextPageToken: "" };
  },
};

beforeAll(async () => {
  folder = await temporaryDirectory();
  dispatcher = await startScriptedDispatcher(admin);
});
afterAll(async () => {
  await dispatcher.close();
  await folder[Symbol.asyncDispose]();
});
beforeEach(() => {
  problems = [];
  isMongo = false;
});

test("hookgate backup moves the copy to where it was asked for, and never overwrites", async () => {
  const target = join(folder.path, "monday.sqlite");
  const made = await dispatcher.call(["backup", target], {});
  expect(made).toMatchObject({ code: 0, out: `${target}, 3.0 MiB\n` });
  expect(readFileSync(target, "utf8")).toBe("a copy");
  const again = await dispatcher.call(["backup", target], {});
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining("exists already") });
  const nowhere = await dispatcher.call(["backup", join(folder.path, "no", "x")], {});
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("there is no directory") });
});

test("hookgate backup says where the copy is if it cannot be moved to another file system", async () => {
  // Its own file system, which takes no new files.
  const { code, err } = await dispatcher.call(["backup", "/proc/self/copy.sqlite"], {});
  const [, path = ""] =
    /^The copy is whole, but stays at (\S+): ENOENT[^\n]*copyfile[^\n]*\n$/.exec(err) ?? [];
  expect(code).toBe(1);
  expect(readFileSync(path, "utf8")).toBe("a copy");
});

test("hookgate backup says what to use instead with MongoDB, and leaves no file", async () => {
  isMongo = true;
  const target = join(folder.path, "tuesday.sqlite");
  const { code, err } = await dispatcher.call(["backup", target], {});
  expect({ code, err }).toEqual({ code: 1, err: "Cannot back up: use mongodump\n" });
  expect(existsSync(target)).toBe(false);
});

test("hookgate check sums up all parts, and exits with 1 if something is wrong", async () => {
  const whole = await dispatcher.call(["check"], {});
  expect(whole).toMatchObject({ code: 0, out: "100 events, 90 deliveries\n" });
  problems = ["Delivery dlv_1 has no event: evt_1 is missing."];
  const broken = await dispatcher.call(["check"], {});
  expect(broken.code).toBe(1);
  expect(broken.out).toBe(`100 events, 90 deliveries\n- ${problems[0]}\n`);
});
