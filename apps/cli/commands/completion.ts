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
  words: readonly Word[];
}

interface Word {
  word: string;
  about: string;
}

/** The script for a shell. It knows the commands of this version, and asks nobody. */
export function completionScript(shell: (typeof SHELLS)[number], program: Command): string {
  const offered = wordsOf(program);
  const values = valuesOf(program);
  return shell === "fish"
    ? fishScript({ offered, values })
    : bashScript(shell, { offered, values });
}

/** What each path of commands offers, and what each option takes. */
interface Completion {
  offered: readonly Words[];
  values: readonly Words[];
}

function bashScript(shell: "bash" | "zsh", completion: Completion): string {
  const join = (words: readonly Word[]) => words.map(({ word }) => word).join(" ");
  const offers = completion.offered.map(
    ({ path, words }) => `    "${path}") offered="${join(words)}" ;;\n`,
  );
  const values = completion.values.map(
    ({ path, words }) => `    "${path}") offered="${join(words)}"; break ;;\n`,
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
    { path: "", words: program.commands.map(commandWord) },
    ...groups.map((group) => ({
      path: group.name(),
      words: [...group.commands.map(commandWord), ...optionsOfList(group)],
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
      .flatMap(({ long, argChoices = [] }) =>
        pathsOf(command).map((path) => ({
          path: `${path} ${long}`,
          words: argChoices.map(bareWord),
        })),
      ),
  );
}

/** A group without a subcommand lists. */
function pathsOf(command: Command): string[] {
  const path = pathOf(command);
  return path.endsWith(" list") ? [path, path.slice(0, -" list".length)] : [path];
}

function commandWord(command: Command): Word {
  return { word: command.name(), about: command.description() };
}

function bareWord(word: string): Word {
  return { word, about: "" };
}

function argumentsOf(command: Command): readonly Word[] {
  return command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map(bareWord));
}

function optionsOfList(group: Command): Word[] {
  const list = group.commands.find((command) => command.name() === "list");
  return list === undefined ? [] : optionsOf(list);
}

function optionsOf(command: Command): Word[] {
  return command.options.flatMap(({ long, description }) =>
    long ? [{ word: long, about: description }] : [],
  );
}

/** The same in fish, which shows what each word is about. With a status of 1 there is nothing to offer, and fish offers files. */
function fishScript({ offered, values }: Completion): string {
  return `function __hookgate_offered
  set -l words (commandline -opc)
  if test "$words[1]" = npx
    set -e words[1]
    test "$words[1]" = hookgate || return 1
  end
  set -l last "$words[-1]"
  set -l said (string match -v -- '-*' $words[2..])
  while true
    switch "$said $last"
${values.map(fishCase).join("")}    end
    switch "$said"
${offered.map(fishCase).join("")}    end
    test (count $said) -gt 1 || return 1
    set -e said[-1]
  end
end
for name in hookgate npx
  complete -c $name -n '__hookgate_offered > /dev/null' -f -a '(__hookgate_offered)'
end
`;
}

function fishCase({ path, words }: Words): string {
  const lines = words.map(({ word, about }) => `${word}${about && `\t${about}`}`);
  const then = lines.length === 0 ? "return 1" : `echo ${fishQuote(lines.join("\n"))}; return 0`;
  return `      case ${fishQuote(path)}; ${then}\n`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
