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

test("hookgate completion has a script for zsh and for fish, and no other shell", async () => {
  expect((await callHookgate(["completion", "zsh"], {})).out).toMatch(
    /^autoload -Uz \+X bashcompinit/,
  );
  const { out } = await callHookgate(["completion", "fish"], {});
  expect(out).toContain("complete -c hookgate -n '__fish_use_subcommand' -f -a failures -d ");
  expect((await callHookgate(["completion", "csh"], {})).code).toBe(2);
});
