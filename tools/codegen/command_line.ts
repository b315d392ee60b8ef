import { Readable, Writable } from "node:stream";
import type { Command, Option } from "commander";
import { allCommands, EXAMPLES, EXIT_CODES, pathOf } from "../../apps/cli/commands/examples.ts";
import { createProgram } from "../../apps/cli/run_cli.ts";

const NOTICE = "<!-- Written by `npm run codegen` from apps/cli/commands: change it there. -->";

const INTRODUCTION = `\`npx hookgate\` is the operator's command line. It talks to the dispatcher at \`DISPATCHER_ADDRESS\`
(127.0.0.1:50051 unless set) with \`RPC_TOKEN\`, or else the token in \`DATA_DIR\`, and the \`RPC_TLS_\` variables; \`send\`,
\`verify\` and \`config\` also read \`hookgate.config.ts\`. Answers go to standard output; notes, questions and errors go to standard
error. With \`--json\` an answer is one JSON object, or one per line of a list; only \`completion\` and \`mcp\` have none. A terminal
gets colours unless \`NO_COLOR\` is set. \`npx hookgate help <command>\` shows what is on this page.`;

/** The reference of the command line, in Markdown. */
export function commandLinePage(): string {
  const commands = allCommands(createProgram(nowhere()));
  return `${[
    "# Command line",
    NOTICE,
    INTRODUCTION,
    table(["command", "does"], commands.map(summaryRow)),
    ...commands.map(section),
    "## Exit codes",
    "One sentence on standard error says what is wrong and what to do. With `--json`, too, errors and notes are text on standard error.",
    table(
      ["code", "of a command", "of edge, dispatcher, console, `npm start`"],
      EXIT_CODES.map(([code, ...meanings]) => [`${code}`, ...meanings]),
    ),
  ].join("\n\n")}\n`;
}

function summaryRow(command: Command): string[] {
  const path = pathOf(command);
  return [`[\`${path}\`](#${path.replaceAll(" ", "-")})`, command.description()];
}

function section(command: Command): string {
  const path = pathOf(command);
  const rows = [
    ...command.registeredArguments.map((one) => [
      `\`${argumentTerm(one.name(), one)}\``,
      one.description,
    ]),
    ...command.options.map((option) => [`\`${option.flags}\``, optionText(option)]),
  ];
  const examples = (EXAMPLES[path] ?? []).map(([line, what]) => `# ${what}\n${line}`);
  const alias = isDefault(command)
    ? ` \`npx hookgate ${path.split(" ")[0]}\` alone does it, too.`
    : "";
  return [
    `## ${path}`,
    `\`npx hookgate ${path} ${command.usage()}\``,
    `${sentence(command.description())}${alias}`,
    ...(rows.length > 0 ? [table(["argument or option", "means"], rows)] : []),
    `\`\`\`sh\n${examples.join("\n\n")}\n\`\`\``,
  ].join("\n\n");
}

function argumentTerm(
  name: string,
  { required, variadic }: { required: boolean; variadic: boolean },
) {
  const term = variadic ? `${name}...` : name;
  return required ? `<${term}>` : `[${term}]`;
}

function optionText(option: Option): string {
  const { description, mandatory, argChoices, defaultValue, defaultValueDescription } = option;
  const notes = [
    ...(mandatory ? ["required"] : []),
    ...(argChoices ? [argChoices.join(", ")] : []),
    ...(defaultValue === undefined ? [] : [`default: ${defaultValueDescription ?? defaultValue}`]),
  ];
  return notes.length > 0 ? `${description} (${notes.join("; ")})` : description;
}

/** Whether it runs if only its parent is named. Commander keeps that to itself. */
function isDefault(command: Command): boolean {
  const parent = command.parent as (Command & { _defaultCommandName?: string | null }) | null;
  return parent?._defaultCommandName === command.name();
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** For a program that is described, not run. */
function nowhere(): Parameters<typeof createProgram>[0] {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  return {
    env: {},
    stdin: Readable.from([]),
    stdout: output,
    stderr: output,
    now: () => 0,
    onInterrupt: () => () => {},
  };
}
