import type { Middleware, ParameterizedContext } from "koa";

/** Who makes a request. */
export interface Caller {
  /** The token that the dispatcher is shown; null for the console's own. */
  token: string | null;
  /** The session's word against forged requests; null if it has none. */
  csrf: string | null;
  /** Whether it may still act: a session ends. */
  live: () => boolean;
}

/** What earlier steps have found out. */
export interface ConsoleState {
  /** Null for somebody unknown. */
  caller: Caller | null;
}

/** The context of one request. */
export type ConsoleContext = ParameterizedContext<ConsoleState>;

/** A step of the path of a request. */
export type ConsoleMiddleware = Middleware<ConsoleState>;

/** What the console needs of a log. */
export interface ConsoleLog {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
