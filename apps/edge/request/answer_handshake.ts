import { LineBudget } from "@hookgate/async";
import type { HandshakeResponse } from "@hookgate/providers";
import type { Log } from "@hookgate/telemetry";
import type { Report } from "../link/report.ts";
import { answerUnavailable } from "./answers.ts";
import type { ConfirmHandshake } from "./confirm_handshake.ts";
import type { EdgeContext, EdgeMiddleware, Refusal } from "./edge_context.ts";
import { sourceSecrets } from "./source_secrets.ts";

const NO_HANDSHAKE: Refusal = {
  status: 400,
  error: "no_handshake",
  message: "This is no handshake. Events are sent with POST.",
};

/** Options for {@linkcode answerHandshake}. */
export interface AnswerHandshakeOptions {
  /** Which handshakes: those that are signed as events are, after that was proven, or those that are not. */
  verified: boolean;
  report: Pick<Report, "handshake" | "enrol" | "enrolled">;
  confirm: ConfirmHandshake;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Answers the provider's handshakes; what is none goes on as an event, where it came with POST. Nothing is stored. */
export function answerHandshake(options: AnswerHandshakeOptions): EdgeMiddleware {
  const { verified, report, confirm, log, monotonic } = options;
  const budget = new LineBudget(options);

  async function complete(ctx: EdgeContext, response: HandshakeResponse): Promise<void> {
    const { source, signed, deadlineAt } = ctx.state;
    const note = (ok: boolean) => {
      // Anybody can fail where nothing is proven: that says nothing of the provider.
      if (ok || verified) report.handshake({ source: source.name, at: signed.receivedAt, ok });
    };
    if (response.refused !== undefined) {
      note(false);
      ctx.state.refusal = refusalOf(response.status, response.refused);
      return;
    }
    const timeoutMs = deadlineAt - monotonic();
    if (response.confirmUrl !== undefined && !(await confirm(response.confirmUrl, { timeoutMs }))) {
      note(false);
      return answerUnavailable(ctx, "unconfirmed");
    }
    if (response.enrolledSecret !== undefined) {
      const delivered = { source: source.name, value: response.enrolledSecret };
      const outcome = await report.enrol(delivered, { timeoutMs });
      if (outcome !== "kept") note(false);
      if (outcome === "unavailable") return answerUnavailable(ctx, "unconfirmed");
      if (outcome === "closed") {
        ctx.state.refusal = refusalOf(403, "no enrolment is open");
        return;
      }
    }
    note(true);
    const omitted = budget.take();
    if (omitted !== null) log.info({ source: source.name, omitted }, "handshake answered");
    answer(ctx, response);
  }

  return function answerHandshake(ctx, next) {
    const { source, signed } = ctx.state;
    const { handshake } = source.provider;
    if (handshake === undefined || handshake.verified !== verified) return next();
    const secrets = sourceSecrets(ctx.state, report);
    const response = handshake.answer(signed, { secrets, settings: source.settings });
    if (response !== null) return complete(ctx, response);
    if (signed.method === "POST") return next();
    ctx.state.refusal = NO_HANDSHAKE;
    return Promise.resolve();
  };
}

/** Counted and logged as every refusal: a handshake's token can be guessed at, too. */
function refusalOf(status: number, reason: string): Refusal {
  const message = "The handshake was refused.";
  return { status, error: "handshake_refused", message, reason };
}

function answer(ctx: EdgeContext, { status, headers, body }: HandshakeResponse): void {
  ctx.state.outcome = "handshake";
  ctx.status = status;
  // What is echoed is the caller's: no browser shall take it for a page.
  ctx.set("X-Content-Type-Options", "nosniff");
  if (body !== "") ctx.set("Content-Type", "text/plain; charset=utf-8");
  ctx.set({ ...headers });
  ctx.body = status === 204 ? null : body;
}
