import { LineBudget } from "@hookgate/async";
import { type HandshakeResponse, POST_ONLY } from "@hookgate/providers";
import type { Log } from "@hookgate/telemetry";
import type { Report } from "../link/report.ts";
import { answerUnavailable, reply, TEXT_TYPE } from "./answers.ts";
import type { ConfirmHandshake } from "./confirm_handshake.ts";
import { refuse } from "./refusals.ts";
import type { Arrived, EdgeContext, EdgeMiddleware, Read, Refusal } from "./stages.ts";

/** Part of a query that is looked at for the word. */
const QUERY_CHARS_MAX = 1_000;

const NO_HANDSHAKE: Refusal = {
  status: 400,
  error: "no_handshake",
  message: "This is not a handshake, and events are not sent with this method.",
};

/** Options for {@linkcode answerHandshake}. */
export interface AnswerHandshakeOptions {
  /** Which handshakes: those that are signed as events are, once that is proven, or those that are not signed. */
  verified: boolean;
  /** Limits those of one address. @default no limit */
  limit?: EdgeMiddleware<Arrived>;
  report: Pick<Report, "handshake" | "enrol">;
  confirm: ConfirmHandshake;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Answers the provider's handshakes. Nothing is stored. What is not a handshake passes if its method is one of events. */
export function answerHandshake(options: AnswerHandshakeOptions): EdgeMiddleware<Read> {
  const { verified, limit, report, confirm, log, monotonic } = options;
  const budget = new LineBudget(options);

  async function complete(ctx: EdgeContext<Read>, response: HandshakeResponse): Promise<void> {
    const { source, signed, deadlineAt } = ctx.state;
    const note = (ok: boolean) => {
      // Anybody can fail before anything is proven: do not blame the provider for it.
      if (ok || verified) report.handshake({ source: source.name, at: signed.receivedAt, ok });
    };
    if (response.refused !== undefined) {
      note(false);
      return refuse(ctx, refusalOf(response.status, response.refused));
    }
    const timeoutMs = deadlineAt - monotonic();
    if (response.confirmUrl !== undefined && !(await confirm(response.confirmUrl, { timeoutMs }))) {
      note(false);
      return answerUnavailable(ctx, "unconfirmed");
    }
    if (response.enrolledSecret !== undefined) {
      const delivered = {
        source: source.name,
        value: response.enrolledSecret,
        word: wordOf(signed.url),
        address: ctx.state.client.address,
      };
      const outcome = await report.enrol(delivered, { timeoutMs });
      if (outcome !== "kept") note(false);
      if (outcome === "unavailable") return answerUnavailable(ctx, "unconfirmed");
      if (outcome === "closed") return refuse(ctx, refusalOf(403, "no enrolment is open"));
    }
    note(true);
    const omitted = budget.take();
    if (omitted !== null) log.info({ source: source.name, omitted }, "handshake answered");
    answer(ctx, response);
  }

  return function answerHandshake(ctx, next) {
    const { source, signed } = ctx.state;
    const { handshake } = source.provider;
    if (handshake === undefined) return next(ctx);
    const response = source.handshake(signed, { verified });
    if (response !== null) {
      // Refused ones are counted as all refused requests are.
      const counts = limit !== undefined && response.refused === undefined;
      return counts ? limit(ctx, () => complete(ctx, response)) : complete(ctx, response);
    }
    if (handshake.verified !== verified) return next(ctx);
    const events: readonly string[] = source.provider.methods ?? POST_ONLY;
    return events.includes(signed.method) ? next(ctx) : refuse(ctx, NO_HANDSHAKE);
  };
}

/** The word that an operator put into the URL when the enrolment was opened; empty if there is none. */
function wordOf(url: string): string {
  const at = url.indexOf("?");
  const query = at < 0 ? "" : url.slice(at + 1, at + 1 + QUERY_CHARS_MAX);
  return new URLSearchParams(query).get("enrol") ?? "";
}

/** A refusal like others, counted and logged: a handshake's token can be guessed at, too. */
function refusalOf(status: number, reason: string): Refusal {
  const message = "The handshake was refused.";
  return { status, error: "handshake_refused", message, reason };
}

function answer(ctx: EdgeContext, { status, headers, body }: HandshakeResponse): void {
  ctx.state.outcome = "handshake";
  // The caller's own bytes are echoed: no browser may take them for a page.
  ctx.set("X-Content-Type-Options", "nosniff");
  ctx.set({ ...headers });
  reply(ctx, { status, contentType: headers["content-type"] ?? TEXT_TYPE, body });
}
