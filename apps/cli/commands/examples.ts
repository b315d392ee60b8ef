import type { Command } from "commander";

/** Examples by command, each with what it does. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  send: [
    ["npx hookgate send course.enrolled", "a signed sample event"],
    [
      `npx hookgate send payment.success --source stripe/eu --data '{"amount": 4200}'`,
      "with this data, as another source",
    ],
    ["npx hookgate send course.enrolled --data @event.json", "with data from a file"],
  ],
  keys: [["npx hookgate keys discord", "a key pair, and the source to configure for it"]],
  verify: [
    ["npx hookgate verify --file request.http", "a request that was captured to a file"],
    [
      "npx hookgate verify --source stripe/eu --file - --at 2026-01-02T03:04:05Z < request.http",
      "from standard input, as of this time",
    ],
  ],
  events: [
    ["npx hookgate events --state dead --from 2h", "with a dead delivery, of the last two hours"],
    ["npx hookgate events --source stripe/eu --json --limit 1000", "for a program, one per line"],
    [
      "npx hookgate events --source stripe/eu --where /data/customer=cus_1 --from 7d",
      "with this value in the body; says how much was searched",
    ],
    ['npx hookgate events --source academy --text "ana@example.com"', "with this text in the body"],
  ],
  find: [
    ["npx hookgate find evt_0123", "an id of ours: of an event, a delivery, a replay, a failure …"],
    ["npx hookgate find pi_3MtwBwLkdIwHu7ix", "a provider's own id"],
  ],
  event: [
    ["npx hookgate event evt_0123 --headers", "the event with its deliveries and its headers"],
    ["npx hookgate event evt_0123 --body > body.json", "the exact bytes of its body"],
  ],
  sources: [["npx hookgate sources --json | jq .silence", "who has gone quiet, for a program"]],
  tail: [
    ["npx hookgate tail --source stripe/eu", "of one source"],
    ["npx hookgate tail --json | jq .type", "for a program"],
  ],
  wait: [
    [
      "npx hookgate wait payment.success --where /data/orderId=o1 --since 5m --timeout 60s",
      "in a script: ends with 1 if none comes",
    ],
  ],
  init: [["npx hookgate init", "in this folder; what exists is kept"]],
  dev: [["npx hookgate dev", "while you write a handler"]],
  start: [["npx hookgate start --one-process", "without the hop between edge and dispatcher"]],
  retry: [["npx hookgate retry dlv_0123", "one delivery, now"]],
  dead: [["npx hookgate dead --subscription crm", "dead deliveries of one subscription"]],
  replay: [
    ['npx hookgate replay evt_0123 --reason "crm lost it"', "all deliveries of one event"],
    ["npx hookgate replay --state dead --subscription crm --dry-run", "counts them"],
    [
      'npx hookgate replay --state dead --from 2h --rate 50 --yes --reason "crm was down"',
      "without asking, at most 50 a second",
    ],
    [
      "npx hookgate replay evt_0123 --to http://localhost:3000/hooks",
      "posts it to a server on this machine; its deliveries stay as they are",
    ],
  ],
  "failures list": [
    ["npx hookgate failures", "why deliveries fail, each cause once"],
    ["npx hookgate failures show flr_0123", "one cause, and what changed before it began"],
    [
      'npx hookgate replay --failure flr_0123 --reason "fixed in release 7"',
      "all its dead deliveries, once the cause is gone",
    ],
    ["npx hookgate failures --json --all", "for a program, resolved ones, too"],
  ],
  "failures show": [
    ["npx hookgate failures show flr_0123", "one cause, and what changed before it began"],
  ],
  "failures acknowledge": [
    ['npx hookgate failures acknowledge flr_0123 --reason "ana looks"', "somebody knows"],
  ],
  "failures resolve": [
    ['npx hookgate failures resolve flr_0123 --reason "fixed in release 7"', "its cause is gone"],
  ],
  changes: [
    ["npx hookgate changes --from 2h", "what changed in the last two hours"],
    ["npx hookgate changes --kind handler pause", "only these kinds"],
  ],
  replays: [["npx hookgate replays --limit 5", "the newest five, with their progress"]],
  copy: [
    [
      'npx hookgate copy evt_0123 --to crm --set /data/amount=4200 --reason "try the fix"',
      "with one field changed, to crm only, marked as edited",
    ],
    [
      'npx hookgate copy evt_0123 --to crm --body new.json --reason "try the fix"',
      "with a body from a file",
    ],
  ],
  listen: [
    [
      "npx hookgate listen --to http://localhost:3000/hooks --source stripe/eu academy",
      "events of two sources to a server on this machine",
    ],
  ],
  "subscriptions list": [["npx hookgate subscriptions --json", "for a program, one per line"]],
  "subscriptions change": [
    [
      'npx hookgate subscriptions change crm --type "payment.*" course.enrolled --reason "release 7"',
      "a subscriber's name, with one type more",
    ],
  ],
  "subscriptions delete": [
    [
      'npx hookgate subscriptions delete pod-7f3a --reason "the pod is gone"',
      "asks, and says how many deliveries it cancels",
    ],
  ],
  pause: [
    ['npx hookgate pause crm --reason "it is being moved"', "a subscription"],
    ["npx hookgate pause rpl_0123", "a replay"],
  ],
  resume: [["npx hookgate resume crm", "a subscription; it gets what it missed"]],
  cancel: [
    ['npx hookgate cancel dlv_0123 --reason "sold twice"', "a delivery"],
    ["npx hookgate cancel rpl_0123", "a replay"],
  ],
  "quarantine list": [
    ["npx hookgate quarantine --source stripe/eu", "refused requests of one source"],
  ],
  "quarantine show": [
    ["npx hookgate quarantine show qtn_0123 --headers", "one of them, and the likely reason"],
  ],
  "quarantine verify": [
    ["npx hookgate quarantine verify --source stripe/eu", "all of a source, after a new secret"],
  ],
  "quarantine release": [
    ["npx hookgate quarantine release qtn_0123", "stores and delivers it, if it verifies now"],
  ],
  secrets: [["npx hookgate secrets --source stripe/eu", "before removing the old secret"]],
  enrol: [
    ["npx hookgate enrol asana --minutes 5", "then create the webhook with the URL that it prints"],
    ["npx hookgate enrol asana --revoke", "forget a secret that a stranger delivered"],
  ],
  erase: [
    [
      'npx hookgate erase --subject cus_1 --reason "request 4711"',
      "asks, and says which keys it deletes",
    ],
    [
      'npx hookgate erase --subject 42 --source crm --yes --json --reason "request 4711"',
      "for a program, in the events of one source",
    ],
  ],
  backup: [["npx hookgate backup /backups/monday.sqlite", "while the dispatcher runs"]],
  restore: [
    ["npx hookgate restore /backups/monday.sqlite", "into an empty DATA_DIR"],
    ["npx hookgate restore /backups/monday.sqlite --replace", "in place of a damaged store"],
  ],
  check: [
    ["npx hookgate check", "the running store"],
    ["npx hookgate check /backups/monday.sqlite", "a backup"],
  ],
  "config check": [
    ["npx hookgate config check", "before a deployment; exits with 2 if it is wrong"],
  ],
  "config print": [["npx hookgate config print", "what a start would use"]],
  "install-service": [
    ["npx hookgate install-service --print", "one unit for each of edge, dispatcher and console"],
    ["npx hookgate install-service --print --json | jq -r .units[0].text", "the first one alone"],
  ],
  completion: [
    ["npx hookgate completion bash > /etc/bash_completion.d/hookgate", "for all users, in bash"],
    ["source <(npx hookgate completion zsh)", "in ~/.zshrc, after compinit"],
    ["npx hookgate completion fish > ~/.config/fish/conf.d/hookgate.fish", "in fish"],
  ],
  approve: [
    ["npx hookgate approve", "what was proposed, and waits"],
    ["npx hookgate approve prp_0123", "shows one, and asks whether to do it"],
    ['npx hookgate approve prp_0123 --reject --reason "crm is not mended yet"', "ends it"],
  ],
  mcp: [
    ["npx hookgate mcp", "a client of the Model Context Protocol starts it: docs/mcp.md says how"],
  ],
  audit: [
    ["npx hookgate audit --since 24h", "what was changed since yesterday"],
    ["npx hookgate audit --json --limit 1000", "for a program"],
  ],
  "notify list": [
    ["npx hookgate notify", "who is told, what they were told, and what could not be sent"],
    ["npx hookgate notify --json | jq '.notices[].untold'", "for a program"],
  ],
  "notify test": [
    ["npx hookgate notify test", "a test message to each recipient, and what each answered"],
    ["npx hookgate notify test oncall", "to one of them"],
  ],
  metrics: [
    ["npx hookgate metrics --window 1h", "counts of the last hour"],
    ["npx hookgate metrics --window 30d --by subscription", "who got what, and how long it took"],
    ["npx hookgate metrics --by reason --source stripe", "why requests were refused"],
  ],
  doctor: [
    ["npx hookgate doctor", "the edge on this machine"],
    [
      "npx hookgate doctor --url https://hooks.example.com",
      "as providers reach it, with all proxies in between",
    ],
    ["npx hookgate doctor --json | jq 'select(.state != \"ok\")'", "for a program"],
  ],
  health: [
    ["npx hookgate health --json", "for a program"],
    ["npx hookgate health || echo trouble", "by exit code"],
  ],
};

/** What runs exit with, for the help and the reference: of a command, and of what runs until it is stopped. */
export const EXIT_CODES: readonly (readonly [code: number, command: string, app: string])[] = [
  [
    0,
    "done; also if there is nothing to list, or the reader has closed the output, as head does",
    "stopped as asked",
  ],
  [
    1,
    "not done (not found, not reached, not allowed), or the answer is no (unhealthy, refused)",
    "an unexpected error: start it again",
  ],
  [
    2,
    "the command line, the environment or the configuration is wrong",
    "starting again will not help: a mistake in the configuration or the environment, a port in use, a data directory that another dispatcher has, a newer store",
  ],
  [3, "the output could not be written, for example because the disk is full", "–"],
  [130, "–", "Ctrl-C twice, without waiting for what was under way"],
];

/** Adds the examples of every command and group, and the exit codes, to the help. */
export function addExamples(program: Command): void {
  const groups = program.commands.filter(({ commands }) => commands.length > 0);
  for (const command of [...groups, ...allCommands(program)]) {
    const lines = examplesOf(command).map(([line, what]) => `  ${line}\n      ${what}\n`);
    command.addHelpText("after", `\nExamples:\n${[...new Set(lines)].join("")}`);
  }
  const codes = EXIT_CODES.filter(([, what]) => what !== "–")
    .map(([code, what]) => `  ${code}  ${what}\n`)
    .join("");
  program.addHelpText("after", `\nExit codes:\n${codes}`);
}

/** A group has those of its commands. */
function examplesOf(command: Command): readonly (readonly [string, string])[] {
  return EXAMPLES[pathOf(command)] ?? command.commands.flatMap(examplesOf);
}

/** The commands that do something, in the order of the help: those with subcommands only have them. */
export function allCommands(program: Command): Command[] {
  return program.commands.flatMap((command) =>
    command.commands.length > 0 ? allCommands(command) : [command],
  );
}

/** `quarantine list`: a command's name, after those of its parents. */
export function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}
