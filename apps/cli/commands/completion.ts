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
  const offers = all.map(({ path, words }) => `    "${path}") offered="${words.join(" ")}" ;;\n`);
  const values = valuesOf(program).map(
    ({ path, words }) => `    "${path}") offered="${words.join(" ")}"; break ;;\n`,
  );
  // Zsh has variables of its own named path and words.
  const bash = `_hookgate() {
  local said="" offered="" last="" word
  local -i at first=1
  if [[ "\${COMP_WORDS[0]}" == npx ]]; then
    [[ "\${COMP_WORDS[1]}" == hookgate ]] || return 0
    first=2
  fi
  for ((at = first; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}" last="$word"
    case "$word" in -*) ;; *) said="\${said:+$said }$word" ;; esac
  done
  while :; do
    case "$said $last" in
${values.join("")}    esac
    case "$said" in
${offers.join("")}    esac
    [[ -n "$offered" || "$said" != *" "* ]] && break
    said="\${said% *}"
  done
  COMPREPLY=($(compgen -W "$offered" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _hookgate hookgate
`;
  // Who has something of their own for npx keeps it.
  const npx = "complete -o default -F _hookgate npx\n";
  if (shell === "bash") return `${bash}complete -p npx > /dev/null 2>&1 || ${npx}`;
  return `autoload -Uz +X bashcompinit && bashcompinit\n${bash}(( \${+_comps[npx]} )) || ${npx}`;
}

function wordsOf(program: Command): Words[] {
  const groups = program.commands.filter(({ commands }) => commands.length > 0);
  return [
    { path: "", words: program.commands.map((command) => command.name()) },
    ...groups.map((group) => ({
      path: group.name(),
      words: [...group.commands.map((command) => command.name()), ...optionsOfList(group)],
    })),
    ...allCommands(program).map((command) => ({
      path: pathOf(command),
      words: [...argumentsOf(command), ...optionsOf(command)],
    })),
  ];
}

/** What the options of commands take: their choices; nothing, so that the shell offers files, where it is free. */
function valuesOf(program: Command): Words[] {
  return allCommands(program).flatMap((command) =>
    command.options
      .filter(({ required, optional }) => required || optional)
      .map(({ long, argChoices = [] }) => ({
        path: `${pathOf(command)} ${long}`,
        words: argChoices,
      })),
  );
}

function argumentsOf(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
}

/** A group without a subcommand lists. */
function optionsOfList(group: Command): string[] {
  const list = group.commands.find((command) => command.name() === "list");
  return list === undefined ? [] : optionsOf(list);
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
