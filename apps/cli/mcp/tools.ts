import {
  type AdminHandlers,
  type ProposedActionMessage,
  replayFilterToMessage,
} from "@hookgate/rpc";
import { DELIVERY_STATES, type ReplayFilter } from "@hookgate/types";
import { z } from "zod";
import { CliError, EXIT } from "../cli.ts";
import { parseDuration, parsePastTime } from "../commands/options.ts";

/** What a tool is given. */
export interface ToolContext {
  admin: AdminHandlers;
  /** The time, in milliseconds since 1970. */
  now: number;
}

/** One tool. */
export interface Tool {
  name: string;
  description: string;
  input: z.ZodObject;
  /** Whether it asks a person for something; all others only read. */
  proposes: boolean;
  /** Fields of its answer that Hookgate has written, besides those that always are. */
  own: readonly string[];
  /** Answers with a message of the dispatcher. The arguments are what `input` has read. */
  run(args: never, context: ToolContext): Promise<object>;
}

function tool<Shape extends z.ZodRawShape>(given: {
  name: string;
  description: string;
  input: Shape;
  proposes?: boolean;
  own?: readonly string[];
  run: (args: z.infer<z.ZodObject<Shape>>, context: ToolContext) => Promise<object>;
}): Tool {
  const { proposes = false, own = [], ...rest } = given;
  return { ...rest, proposes, own, input: z.strictObject(given.input) };
}

const text = (what: string) => z.string().min(1).max(1_000).describe(what);
const time = text("a time such as 2026-01-02T03:04:05Z, or an age such as 2h");
const page = {
  limit: z.number().int().min(1).max(100).default(20).describe("rows of one answer"),
  page: z.string().max(1_000).default("").describe("nextPageToken of the answer before"),
};
const reason = z.string().min(1).max(500).describe("why, for the person who decides");

/** The filter of events and of replays. */
const selection = {
  source: text("name of a source").optional(),
  type: text("exact type of the event").optional(),
  subscription: text("name of a subscription").optional(),
  from: time.optional().describe("received at or after"),
  to: time.optional().describe("received before"),
};

/** Everything that a model can ask of Hookgate. None of it changes anything: what is proposed waits for a person. */
export const TOOLS: readonly Tool[] = [
  tool({
    name: "get_health",
    description:
      "Whether deliveries succeed, and if not, whose fault it is and what to do. Start here.",
    input: {},
    run: (_, { admin }) => admin.getHealth({}),
  }),
  tool({
    name: "list_failures",
    description:
      "Why deliveries fail, each cause once, with counts and the rate now against the hour before.",
    input: {
      subscription: selection.subscription,
      states: z
        .array(z.enum(["open", "acknowledged", "resolved"]))
        .default(["open", "acknowledged"]),
      ...page,
    },
    run: ({ subscription = "", states, limit, page: pageToken }, { admin }) =>
      admin.listFailures({ subscription, states, pageSize: limit, pageToken }),
  }),
  tool({
    name: "get_failure",
    description: "One cause of failures, and what changed in the 24 hours before it began.",
    input: { id: text("flr_…") },
    run: ({ id }, { admin }) => admin.getFailure({ id }),
  }),
  tool({
    name: "list_events",
    description: "Events that were received, newest first, with the states of their deliveries.",
    input: {
      ...selection,
      state: z
        .enum(DELIVERY_STATES)
        .optional()
        .describe("with a delivery in this state that was not repeated since"),
      unhandled: z.boolean().default(false).describe("only those that no subscription wanted"),
      ...page,
    },
    run({ state, unhandled, limit, page: pageToken, ...rest }, { admin, now }) {
      const filter = filterOf({ ...rest, ...(state && { state }) }, now);
      const { ids: _, failure: __, ...fields } = replayFilterToMessage(filter);
      return admin.listEvents({ ...fields, unhandled, pageSize: limit, pageToken });
    },
  }),
  tool({
    name: "get_event",
    description:
      "One event with its deliveries and their attempts. Its body is masked unless the server was started otherwise.",
    input: { id: text("evt_…") },
    run: ({ id }, { admin }) => admin.getEvent({ id }),
  }),
  tool({
    name: "find",
    description:
      "What an id names: an event, a delivery, a replay, a refused request, a cause of failures, or a provider's own id.",
    input: { text: text("any id") },
    run: (args, { admin }) => admin.find({ text: args.text }),
  }),
  tool({
    name: "list_quarantine",
    description: "Requests that were refused because they did not verify, with the likely reason.",
    input: { source: selection.source, reason: text("why they were refused").optional(), ...page },
    run: ({ source = "", reason: why = "", limit, page: pageToken }, { admin }) =>
      admin.listQuarantine({
        source,
        reason: why,
        includeReleased: false,
        pageSize: limit,
        pageToken,
      }),
  }),
  tool({
    name: "get_quarantined",
    description: "One refused request. Its body is masked unless the server was started otherwise.",
    input: { id: text("qtn_…") },
    run: ({ id }, { admin }) => admin.getQuarantined({ id }),
  }),
  tool({
    name: "list_sources",
    description:
      "Every source: what came of it in 24 hours, whether it has gone quiet, and how its provider retries.",
    input: {},
    own: ["name"],
    run: (_, { admin }) => admin.listSources({}),
  }),
  tool({
    name: "list_subscriptions",
    description: "Every subscription: what it wants, what waits for it, and whether it is paused.",
    input: {},
    own: ["name"],
    run: (_, { admin }) => admin.listSubscriptions({}),
  }),
  tool({
    name: "get_metrics",
    description:
      "Counts and times of a window, summed up by source, type, subscription or reason of refusal.",
    input: {
      window: z.string().default("1h").describe("such as 5m, 1h or 7d; at most 90d"),
      by: z.enum(["source", "type", "subscription", "reason"]).optional(),
      source: selection.source,
      type: selection.type,
      subscription: selection.subscription,
    },
    async run({ window, by = "", source = "", type = "", subscription = "" }, { admin }) {
      const windowMs = parseDuration(window);
      if (windowMs === null) throw misused("window must be a span of time such as 1h");
      const asked = { windowMs, groupBy: by, source, type, subscription, stepMs: 0, seriesMax: 0 };
      const { series, ...of } = await admin.getMetricSeries(asked);
      return { ...of, series: series.map(({ name, total }) => ({ name, total })) };
    },
  }),
  tool({
    name: "list_changes",
    description:
      "What changed in how Hookgate runs: configuration, handlers' files, secrets, breakers, pauses, starts.",
    input: { from: time.optional().describe("at or after"), ...page },
    run({ from, limit, page: pageToken }, { admin, now }) {
      const fromMs = from === undefined ? undefined : timeOf(from, now);
      const since = fromMs === undefined ? {} : { fromMs };
      return admin.listChanges({ kinds: [], subject: "", pageSize: limit, pageToken, ...since });
    },
  }),
  tool({
    name: "list_proposals",
    description: "Actions that wait for a person, and what became of earlier ones.",
    input: { waiting: z.boolean().default(true).describe("only those that wait") },
    run: ({ waiting }, { admin }) => admin.listProposals({ waitingOnly: waiting }),
  }),
  tool({
    name: "propose_replay",
    description:
      "Proposes to repeat deliveries, once their cause is gone: by ids, or by a filter. Nothing is repeated until a person approves it.",
    input: {
      ids: z
        .array(z.string().max(100))
        .max(200)
        .optional()
        .describe("evt_… or dlv_…, and no filter"),
      ...selection,
      state: z
        .enum(["delivered", "dead", "cancelled"])
        .optional()
        .describe("deliveries in this state"),
      failure: text("flr_…: its dead deliveries").optional(),
      per_second: z.number().int().min(1).max(10_000).default(200),
      reason,
    },
    proposes: true,
    run({ per_second: perSecond, reason: why, ...rest }, context) {
      const filter = replayFilterToMessage(filterOf(rest, context.now));
      return propose({ replay: { filter, perSecond } }, why, context);
    },
  }),
  tool({
    name: "propose_release",
    description:
      "Proposes to release refused requests that verify by now, such as after a new secret. Nothing is released until a person approves it.",
    input: { ids: z.array(text("qtn_…")).min(1).max(200), reason },
    proposes: true,
    run: ({ ids, reason: why }, context) => propose({ release: { ids } }, why, context),
  }),
  tool({
    name: "propose_pause",
    description:
      "Proposes to pause a subscription, so that its deliveries wait. Nothing is paused until a person approves it.",
    input: { subscription: text("its name"), reason },
    proposes: true,
    run: ({ subscription, reason: why }, context) =>
      propose({ pause: { subscription } }, why, context),
  }),
];

function propose(
  action: Partial<ProposedActionMessage>,
  why: string,
  { admin }: ToolContext,
): Promise<object> {
  const whole = { replay: null, release: null, pause: null, ...action };
  return admin.propose({ action: whole, reason: why });
}

type Given<T> = { [Key in keyof T]?: T[Key] | undefined };

function filterOf(
  {
    from,
    to,
    ...rest
  }: Given<Omit<ReplayFilter, "from" | "to">> & {
    from?: string | undefined;
    to?: string | undefined;
  },
  now: number,
): ReplayFilter {
  const set = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(set),
    ...(from !== undefined && { from: timeOf(from, now) }),
    ...(to !== undefined && { to: timeOf(to, now) }),
  };
}

function timeOf(given: string, now: number): number {
  const at = parsePastTime(given, now);
  if (at !== null) return at;
  throw misused("a time is written as 2026-01-02T03:04:05Z, or as an age such as 2h");
}

function misused(problem: string): CliError {
  return new CliError(problem, { exitCode: EXIT.misused });
}
