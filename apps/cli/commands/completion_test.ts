import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";

const TRY = `
complete_words() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _hookgate; echo "\${COMPREPLY[*]}"
}
complete_words hookgate fail
complete_words hookgate failures a
complete_words hookgate failures acknowledge --
complete_words hookgate events --source x --whe
complete_words hookgate nothing --
complete_words npx hookgate failures sh
complete_words npx other ev
complete_words hookgate failures --st
complete_words hookgate events --state d
complete_words hookgate events --state dead --sub
complete_words hookgate send course.enrolled --data @
complete_words hookgate completion z
`;

test("hookgate completion bash completes commands, subcommands and options", async () => {
  const { out } = await callHookgate(["completion", "bash"], {});
  const { stdout, stderr } = spawnSync("bash", ["-c", out + TRY], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    "failures",
    "acknowledge",
    "--reason --json",
    "--where",
    "",
    "show",
    "",
    "--state",
    "delivered dead",
    "--subscription",
    "",
    "zsh",
    "",
  ]);
});

test("hookgate completion has a script for zsh and for no other shell but these", async () => {
  expect((await callHookgate(["completion", "zsh"], {})).out).toMatch(
    /^autoload -Uz \+X bashcompinit/,
  );
  expect((await callHookgate(["completion", "csh"], {})).code).toBe(2);
});

const hasFish = spawnSync("fish", ["--version"]).status === 0;

(hasFish ? test : test.skip)(
  "hookgate completion fish completes commands, subcommands, options and their values",
  async () => {
    const { out } = await callHookgate(["completion", "fish"], {});
    const completed = (line: string) => {
      const script = `${out}complete -C ${JSON.stringify(line)}`;
      const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script], {
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      return stdout
        .split("\n")
        .map((one) => one.split("\t")[0])
        .filter(Boolean);
    };
    expect(completed("hookgate fail")).toEqual(["failures"]);
    expect(completed("hookgate failures a")).toEqual(["acknowledge"]);
    expect(completed("hookgate failures acknowledge --")).toEqual(["--json", "--reason"]);
    expect(completed("hookgate quarantine verify --")).not.toContain("--file");
    expect(completed("hookgate events --source x --whe")).toEqual(["--where"]);
    expect(completed("npx hookgate failures sh")).toEqual(["show"]);
    expect(completed("hookgate failures --st")).toEqual(["--state"]);
    expect(completed("hookgate events --state d")).toEqual(["dead", "delivered"]);
    expect(completed("hookgate quarantine --reason st")).toEqual(["stale"]);
    expect(completed("hookgate completion z")).toEqual(["zsh"]);
    // What is free is a file; whose npx it is, too.
    expect(completed("hookgate send course.enrolled --data /et")).toContain("/etc/");
    expect(completed("npx other ev")).not.toContain("events");
  },
);
