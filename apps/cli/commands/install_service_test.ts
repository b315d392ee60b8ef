import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { serviceUnit } from "../show/service_unit.ts";
import { callHookgate } from "../suite/call_hookgate.ts";

const run = promisify(execFile);

const analyze = "/usr/bin/systemd-analyze";
const hasSystemd = existsSync(analyze);
if (!hasSystemd) process.stderr.write("\nTHE UNITS ARE NOT JUDGED: there is no systemd here\n\n");

/** Exposure that `systemd-analyze security` may find, of 10. A service without any of the settings has 9.2. */
const EXPOSURE_MAX = 2;

interface Unit {
  path: string;
  text: string;
}

async function unitsOf(...args: string[]): Promise<Unit[]> {
  const env = { HOOKGATE_CONFIG: "/etc/hookgate/hookgate.config.ts" };
  const { code, out, err } = await callHookgate(["install-service", "--json", ...args], env);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out).units;
}

test("install-service prints a unit for each app, which stop in the order that refuses no one", async () => {
  const units = await unitsOf("--print");
  expect(units.map(({ path }) => path)).toEqual([
    "/etc/systemd/system/hookgate-dispatcher.service",
    "/etc/systemd/system/hookgate-edge.service",
    "/etc/systemd/system/hookgate-console.service",
  ]);
  expect(units[1]?.text).toMatch(/^After=.*hookgate-dispatcher\.service$/m);
  for (const { text } of units) {
    const [, node = "", main = ""] = /^ExecStart=(\S+) .* (\S+)$/m.exec(text) ?? [];
    expect([existsSync(node), existsSync(main)]).toEqual([true, true]);
    expect(text).toContain("HOOKGATE_CONFIG=/etc/hookgate/hookgate.config.ts\n");
  }
});

test("install-service as text names the file of each unit, and says how to go on", async () => {
  const { code, out, err } = await callHookgate(
    ["install-service", "--print", "--one-process"],
    {},
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^# \/etc\/systemd\/system\/hookgate-gateway\.service\n\[Unit\]\n/);
  expect(err).toContain("systemctl enable --now hookgate-gateway.service");
});

test("install-service without --print changes nothing, and says why", async () => {
  const { code, out, err } = await callHookgate(["install-service"], {});
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("pass --print");
});

const PLACE = {
  app: "edge",
  after: [],
  node: "/opt/hook gate/node",
  nodeFlags: ["--x"],
  main: '/opt/50%/$a"b/main.ts',
  folder: "/opt/50%",
  config: "/opt/50%/hookgate.config.ts",
  environmentFile: "/etc/hookgate/env",
  user: "hookgate",
};

test("serviceUnit() quotes what systemd would read otherwise", () => {
  const text = serviceUnit(PLACE);
  expect(text).toContain('ExecStart="/opt/hook gate/node" --x "/opt/50%%/$$a\\"b/main.ts"\n');
  expect(text).toContain("WorkingDirectory=/opt/50%%\n");
  expect(text).toContain("ProtectHome=yes");
});

test("serviceUnit() leaves a home readable only where the gateway is in one", () => {
  expect(serviceUnit({ ...PLACE, folder: "/home/ana/hooks" })).toContain("ProtectHome=read-only");
  expect(serviceUnit({ ...PLACE, folder: "/homestead" })).toContain("ProtectHome=yes");
});

(hasSystemd ? test : test.skip)(
  "systemd finds nothing wrong with the units, and little that they could do",
  async () => {
    await using folder = await temporaryDirectory();
    await mkdir(join(folder.path, "units"));
    const units = [...(await unitsOf("--print")), ...(await unitsOf("--print", "--one-process"))];
    for (const { path, text } of units) {
      const file = join(folder.path, "units", path.split("/").at(-1) ?? "");
      await writeFile(file, text);
      await chmod(file, 0o644);
      const env = { ...process.env, SYSTEMD_UNIT_PATH: `${join(folder.path, "units")}:` };
      const verified = await run(analyze, ["verify", "--man=no", file], { env });
      const about = verified.stderr.split("\n").filter((line) => line.includes("hookgate"));
      expect(about).toEqual([]);
      const threshold = String(EXPOSURE_MAX * 10);
      const args = ["security", "--offline=yes", `--threshold=${threshold}`, "--no-pager", file];
      const { stdout } = await run(analyze, args, { env });
      const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1];
      expect(Number(exposure)).toBeLessThanOrEqual(EXPOSURE_MAX);
    }
  },
  60_000,
);
