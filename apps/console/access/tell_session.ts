import type { ConsoleMiddleware } from "../console_context.ts";

/** What the page has to know before anything else. */
export interface SessionAnswer {
  /** Whether the page may ask. */
  known: boolean;
  /** Whether it can log out. */
  session: boolean;
  /** Whether a password logs in; a token does in any case. */
  password: boolean;
  /** The word that each action repeats; empty if it need not. */
  csrf: string;
  readonly: boolean;
  /** What this installation is called; empty if it has no name. */
  environment: string;
  /** Port of the edge; 0 if it takes a free one. */
  edgePort: number;
}

/** Options for {@linkcode tellSession}. */
export interface TellSessionOptions {
  password: boolean;
  readonly: boolean;
  environment: string | null;
  edgePort: number;
}

/** Tells the page who it is. */
export function tellSession(options: TellSessionOptions): ConsoleMiddleware {
  const { password, readonly, environment, edgePort } = options;
  return async function tellOneSession(ctx) {
    const { caller } = ctx.state;
    const csrf = caller?.csrf ?? null;
    const answer: SessionAnswer = {
      known: caller !== null,
      session: csrf !== null,
      password,
      csrf: csrf ?? "",
      readonly,
      environment: environment ?? "",
      edgePort,
    };
    ctx.body = answer;
  };
}
