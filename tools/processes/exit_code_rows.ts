/** Tokens that callers have, by whose they are. */
export const TOKENS = {
  operator: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  view: "a1b2c3d4e5f60718293a4b5c6d7e8f90",
  pod: "c4d3e2f1a0b9c8d72f6f0b1c9d8e7a6b",
  laptop: "9b8c7d6e5f40312a1b0c9d8e7f6a5b4c",
};

/** The ids that the rows name. */
export interface Ids {
  event: string;
  /** A delivery that is dead, and one that was delivered. */
  dead: string;
  delivered: string;
  replay: string;
  /** Why the dead one failed. */
  failure: string;
  quarantined: string;
  /** It waits, to pause shop. */
  proposal: string;
  /** Files of captured requests: one verifies. */
  good: string;
  bad: string;
  backup: string;
  emptyFolder: string;
  newFolder: string;
  /** A port where nobody listens, and one that answers 200 to everything. */
  away: number;
  here: number;
}

/** Arguments after the command, and what standard error says if anything. */
export type Run = [args: readonly string[], says?: RegExp];

/** How a command ends: 0, 1 or 2. */
export interface Row {
  command: string;
  /** It changes something, so that a token with the scope `view` does not do. */
  changes?: true;
  /** Calls no dispatcher. */
  local?: true;
  /** Reads no environment. */
  bare?: true;
  /** Ends by a signal only, unless it fails. */
  endless?: true;
  /** What `done` does can be done once only. */
  once?: true;
  /** Why it has no --json. */
  text?: string;
  /** Variables of its own. */
  env?: Record<string, string>;
  /** 0. */
  done: readonly Run[];
  /** Tried without a dispatcher, and with tokens that will not do. @default the first of `done` */
  tried?: readonly string[];
  /** 1: there is none of that name, or the answer is no. */
  failed: readonly Run[];
  /** 2. */
  misused: readonly Run[];
}

const NONE = "0".repeat(32);

/** Why something is done. */
export const WHY = ["--reason", "a test"];

/** Every command. What changes something comes after those that show it. */
export const rowsOf = (ids: Ids): Row[] => [
  {
    command: "init",
    local: true,
    bare: true,
    done: [[[ids.newFolder]], [[ids.newFolder]]],
    failed: [[[ids.bad], /Cannot write/]],
    misused: [[["--nothing"], /unknown option/]],
  },
  ...["start", "dev"].map((command) => ({
    command,
    local: true as const,
    endless: true as const,
    text: "it shows what its apps print",
    done: [],
    failed: [],
    misused: [[["--nothing"], /unknown option/] satisfies Run],
  })),
  {
    command: "send",
    local: true,
    done: [[["course.enrolled", "--source", "academy"]]],
    failed: [
      [["course.enrolled", "--source", "later"], /does not know source "later"/],
      [["course.enrolled", "--source", "rotated"], /has another secret/],
      [["course.enrolled", "--source", "academy", "--data", "@/nowhere"], /Cannot read/],
    ],
    misused: [
      [[], /missing required argument/],
      [["course.enrolled", "--source", "nowhere"], /no source is "nowhere"/],
      [["course.enrolled"], /choose one of/],
      [["course.enrolled", "--source", "academy", "--data", "{"], /JSON/],
    ],
  },
  {
    command: "keys",
    local: true,
    done: [[["discord"]]],
    failed: [],
    misused: [
      [["nowhere"], /no provider/],
      [["discord", "--scheme", "nothing"], /no scheme/],
    ],
  },
  {
    command: "verify",
    local: true,
    done: [[["--source", "academy", "--file", ids.good]]],
    failed: [
      [["--source", "academy", "--file", ids.bad], /Cannot verify/],
      [["--source", "academy", "--file", "/nowhere"], /Cannot read/],
    ],
    misused: [
      [["--source", "academy"], /--file/],
      [["--source", "nowhere", "--file", ids.good], /no source is/],
    ],
  },
  {
    command: "events",
    done: [[[]], [["--type", "nothing.such"], /No events/]],
    failed: [],
    misused: [
      [["--state", "lost"], /lost/],
      [["--limit", "0"], /whole number/],
      [["--from", "yesterday"], /must be a time/],
      [["--from", "1h", "--to", "2h"], /before/],
    ],
  },
  {
    command: "event",
    done: [[[ids.event]], [[ids.event, "--json"]]],
    failed: [[[`evt_${NONE}`], /no event/]],
    misused: [
      [[], /missing required argument/],
      [[ids.event, "--body", "--json"], /cannot be used with/],
    ],
  },
  {
    command: "find",
    done: [[[ids.event]], [[ids.dead, "--json"]]],
    failed: [[["pi_nowhere"], /Nothing is found/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "tail",
    endless: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "wait",
    done: [[["payment.success", "--since", "1h"]], [["payment.success", "--json"]]],
    failed: [[["nothing.such", "--timeout", "50ms"], /no nothing.such came within/]],
    misused: [
      [[], /missing required argument/],
      [["payment.success", "--where", "amount=1"], /JSON pointer/],
      [["payment.success", "--timeout", "soon"], /span/],
    ],
  },
  {
    command: "listen",
    endless: true,
    env: { RPC_TOKEN: TOKENS.laptop },
    done: [[["--to", `http://127.0.0.1:${ids.here}`]]],
    failed: [],
    misused: [
      [[], /--to/],
      [["--to", "nowhere"], /http/],
    ],
  },
  {
    command: "failures list",
    done: [[[]], [["--subscription", "shop"], /No failures/]],
    failed: [],
    misused: [[["--state", "lost"], /lost/]],
  },
  {
    command: "failures show",
    done: [[[ids.failure]]],
    failed: [[[`flr_${NONE}`], /no group of failures/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "changes",
    done: [[[]], [["--subject", "nothing.such"], /No changes/]],
    failed: [],
    misused: [[["--kind", "lost"], /lost/]],
  },
  { command: "sources", done: [[[]]], failed: [], misused: [[["--nothing"], /unknown option/]] },
  {
    command: "config check",
    local: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "config print",
    local: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "install-service",
    local: true,
    done: [[["--print"]], [["--print", "--one-process"]]],
    failed: [],
    misused: [[[], /pass --print/]],
  },
  {
    command: "completion",
    text: "it prints a shell's script",
    local: true,
    bare: true,
    done: [[["bash"]], [["zsh"]], [["fish"]]],
    failed: [],
    misused: [[["tcsh"], /tcsh/]],
  },
  {
    command: "dead",
    done: [[[]], [["--type", "nothing.such"], /No dead deliveries/]],
    failed: [],
    misused: [[["--limit", "many"], /whole number/]],
  },
  {
    command: "replays",
    done: [[[]]],
    failed: [],
    misused: [[["--limit", "many"], /whole number/]],
  },
  {
    command: "subscriptions list",
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "quarantine list",
    done: [[[]], [["--source", "later"], /No refused requests/]],
    failed: [],
    misused: [[["--reason", "lost"], /lost/]],
  },
  {
    command: "quarantine show",
    done: [[[ids.quarantined]]],
    failed: [[[`qtn_${NONE}`], /no refused request/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "secrets",
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "audit",
    done: [[[]]],
    failed: [],
    misused: [[["--since", "yesterday"], /must be/]],
  },
  {
    command: "metrics",
    done: [[[]]],
    failed: [],
    misused: [[["--window", "31d"], /at most|must be/]],
  },
  {
    command: "notify list",
    done: [[[]], [["--json"]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "notify test",
    changes: true,
    done: [[["oncall"]]],
    failed: [
      [["nowhere"], /no recipient nowhere/],
      [["away"], /Cannot tell away/],
    ],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "check",
    done: [[[]], [[ids.backup]]],
    failed: [[[ids.bad], /Cannot/]],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "restore",
    local: true,
    env: { DATA_DIR: ids.emptyFolder },
    done: [[[ids.backup]]],
    failed: [[[ids.bad], /Cannot/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "backup",
    changes: true,
    done: [[[`${ids.backup}.new`]]],
    failed: [[[ids.backup], /exists already/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "doctor",
    changes: true,
    done: [[["--json"]]],
    failed: [[["--url", `http://127.0.0.1:${ids.away}`], /Cannot vouch for it: good event failed/]],
    misused: [[["--url", "nowhere"], /http/]],
  },
  { command: "health", done: [[[]]], failed: [], misused: [[["--nothing"], /unknown option/]] },
  {
    command: "retry",
    changes: true,
    done: [[[ids.dead]]],
    failed: [
      [[`dlv_${NONE}`], /no delivery/],
      [[ids.delivered], /delivered/],
    ],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "replay",
    changes: true,
    done: [
      [[ids.event, ...WHY]],
      [["--type", "nothing.such", "--dry-run"], /No deliveries match/],
      [["--type", "nothing.such", "--yes", ...WHY]],
    ],
    failed: [
      [[`evt_${NONE}`, ...WHY], /there is no evt_/],
      [["--subscription", "nowhere", "--yes", ...WHY], /no subscription nowhere/],
    ],
    misused: [
      [[], /Cannot replay: give/],
      [["evt", ...WHY], /is not an id/],
      [[ids.event], /--reason/],
      [["--state", "delivered", ...WHY], /--yes/],
    ],
  },
  {
    command: "erase",
    changes: true,
    done: [[["--subject", "ana", "--yes", ...WHY]]],
    failed: [[["--subject", "nobody", "--yes", ...WHY], /no key/]],
    misused: [
      [["--subject", "ben", ...WHY], /--yes/],
      [["--subject", "ben"], /--reason/],
      [["--reason", "x"], /--subject/],
    ],
  },
  {
    command: "copy",
    changes: true,
    done: [[[ids.event, "--to", "shop", "--set", '/type="edited"', ...WHY]]],
    failed: [
      [[`evt_${NONE}`, "--to", "shop", "--set", "/type=1", ...WHY], /no event/],
      [[ids.event, "--to", "nowhere", "--set", "/type=1", ...WHY], /no subscription/],
    ],
    misused: [
      [[ids.event, "--to", "shop", ...WHY], /--body/],
      [[ids.event, "--to", "shop", "--set", "/type=1"], /--reason/],
    ],
  },
  {
    command: "failures acknowledge",
    changes: true,
    done: [[[ids.failure]]],
    failed: [[[`flr_${NONE}`], /no group of failures/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "failures resolve",
    changes: true,
    done: [[[ids.failure]]],
    failed: [[[`flr_${NONE}`], /no group of failures/]],
    misused: [[[], /missing required argument/]],
  },
  {
    command: "pause",
    changes: true,
    done: [[["crm"]], [["crm"]]],
    failed: [
      [["nowhere"], /no subscription/],
      [[`rpl_${NONE}`], /no replay/],
      [[ids.replay, ...WHY], /done/],
    ],
    misused: [[[ids.event], /give the name/]],
  },
  {
    command: "resume",
    changes: true,
    done: [[["crm"]]],
    failed: [
      [["nowhere"], /no subscription/],
      [[`rpl_${NONE}`], /no replay/],
    ],
    misused: [[[ids.event], /give the name/]],
  },
  {
    command: "cancel",
    changes: true,
    done: [[[ids.dead, ...WHY]]],
    failed: [
      [[`dlv_${NONE}`], /no delivery/],
      [[ids.delivered], /delivered/],
    ],
    misused: [[["crm"], /give the id/]],
  },
  {
    command: "quarantine verify",
    done: [[["--source", "later"], /No refused requests/]],
    failed: [
      [[ids.quarantined], /do not verify/],
      [[`qtn_${NONE}`], /do not exist/],
    ],
    misused: [[[], /give the ids/]],
  },
  {
    command: "quarantine release",
    changes: true,
    done: [[["--source", "later"], /No refused requests/]],
    tried: [ids.quarantined],
    failed: [[[ids.quarantined], /do not verify/]],
    misused: [
      [[], /give the ids/],
      [[ids.quarantined, "--stale"], /--reason/],
    ],
  },
  {
    command: "enrol",
    changes: true,
    done: [[["asana"]], [["asana", "--revoke"]]],
    failed: [[["nowhere"], /no source/]],
    misused: [[["asana", "--minutes", "61"], /whole number/]],
  },
  {
    command: "mcp",
    text: "it speaks a protocol of its own",
    local: true,
    done: [[[]]],
    failed: [],
    misused: [[["--nothing"], /unknown option/]],
  },
  {
    command: "approve",
    once: true,
    done: [[[]], [[ids.proposal]], [[ids.proposal, "--yes"]], [["--all", "--json"]]],
    failed: [[[`prp_${NONE}`], /no proposal/]],
    misused: [
      [["crm"], /give the id/],
      [["--yes"], /give the id/],
      [[ids.proposal, "--yes", "--reject"], /cannot be used with/],
    ],
  },
  {
    command: "subscriptions change",
    changes: true,
    done: [[["pod", "--type", "payment.*", ...WHY]]],
    failed: [
      [["nowhere", "--type", "*", ...WHY], /no subscription/],
      [["crm", "--type", "*", ...WHY], /configuration/],
    ],
    misused: [
      [["pod", ...WHY], /give --type/],
      [["pod", "--type", "*"], /--reason/],
    ],
  },
  {
    command: "subscriptions delete",
    changes: true,
    done: [[["pod", "--yes", ...WHY]]],
    failed: [
      [["nowhere", "--yes", ...WHY], /no subscription/],
      [["crm", "--yes", ...WHY], /configuration/],
    ],
    misused: [
      [["crm", "--yes"], /--reason/],
      [["crm", ...WHY], /--yes/],
    ],
  },
];
