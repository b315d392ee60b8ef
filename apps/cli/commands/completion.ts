import { Argument, type Command } from "commander";
import { type Cli, write } from "../cli.ts";
import { allCommands, pathOf } from "./examples.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** Adds `hookgate completion <shell>`: a script that completes commands and options. */
export function addCompletion(program: Command, cli: Cli): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) =>
      write(cli.stdout, completionScript(shell, program)),
    );
}

/** What follows a path of commands: subcommands, or options. */
interface Words {
  path: string;
  words: readonly string[];
}

/** The script for a shell. It knows the commands of this version, and asks nobody. */
export function completionScript(shell: (typeof SHELLS)[number], program: Command): string {
  const all = wordsOf(program);
  if (shell === "fish") return fishScript(all, program);
  const cases = all.map(({ path, words }) => `    "${path}") words="${words.join(" ")}" ;;\n`);
  const bash = `_hookgate() {
  local path="" words="" word
  local -i at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    case "$word" in -*|hookgate) ;; *) path="\${path:+$path }$word" ;; esac
  done
  while :; do
    case "$path" in
${cases.join("")}    esac
    [[ -n "$words" || "$path" != *" "* ]] && break
    path="\${path% *}"
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _hookgate hookgate
`;
  return shell === "bash" ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

function wordsOf(program: Command): Words[] {
  const groups = program.commands.filter(({ commands }) => commands.length > 0);
  return [
    { path: "", words: program.commands.map((command) => command.name()) },
    ...groups.map((group) => ({
      path: group.name(),
      words: group.commands.map((command) => command.name()),
    })),
    ...allCommands(program).map((command) => ({
      path: pathOf(command),
      words: optionsOf(command),
    })),
  ];
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => long ?? []);
}

function fishScript(all: readonly Words[], program: Command): string {
  const lines = all.flatMap(({ path, words }) => {
    const condition = conditionOf(path);
    return words.map((word) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      const found = program.commands.find((command) => path === "" && command.name() === word);
      const about = found ? ` -d ${quote(found.description())}` : "";
      return `complete -c hookgate -n ${quote(condition)} ${what}${about}\n`;
    });
  });
  return lines.join("");
}

function conditionOf(path: string): string {
  if (path === "") return "__fish_use_subcommand";
  return path
    .split(" ")
    .map((name) => `__fish_seen_subcommand_from ${name}`)
    .join("; and ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
