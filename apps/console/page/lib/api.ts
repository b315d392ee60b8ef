import type { SessionAnswer } from "../../access/tell_session.ts";
import type { Answer, CallName, Request } from "./wire.ts";

/** Why a call was not answered. */
export class CallProblem extends Error {
  override name = "CallProblem";
  /** That of HTTP; 0 if the console did not answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    // Further sentences may follow.
    super(/[.?!]$/.test(message) ? message : `${message}.`);
    this.status = status;
  }

  /** Whether nobody answered, so that the same may succeed later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** What the page knows of itself; set once, before anything is shown. */
export const session: SessionAnswer = {
  known: false,
  session: false,
  password: false,
  csrf: "",
  readonly: false,
  environment: "",
  edgePort: 0,
};

/** Asks who we are. */
export async function readSession(): Promise<void> {
  Object.assign(session, await answerOf(await reach("/session", {})));
}

/** Logs in; throws a {@linkcode CallProblem} if that is not right. */
export async function logIn(given: { password: string } | { token: string }): Promise<void> {
  await post("/session/login", given);
  await readSession();
}

/** Ends the session. */
export async function logOut(): Promise<void> {
  await post("/session/logout", {});
  location.reload();
}

const ENDED = "session-ended";

/** Whether the log-in page is shown because a session has ended. */
export function hasEnded(): boolean {
  const ended = sessionStorage.getItem(ENDED) !== null;
  sessionStorage.removeItem(ENDED);
  return ended;
}

/** The session does not count any more, or its token: without a log-out the page would come back with the same one. */
async function leaveEnded(): Promise<void> {
  sessionStorage.setItem(ENDED, "");
  const headers = { "x-csrf-token": session.csrf };
  await fetch("/session/logout", { method: "POST", headers }).catch(() => {});
  location.reload();
}

/** Path and query of a read. */
export function readUrl<Name extends CallName>(name: Name, request: Request<Name>): string {
  const query = new URLSearchParams();
  addFields(query, request as object, "");
  const text = query.toString();
  return `${pathOf(name)}${text === "" ? "" : `?${text}`}`;
}

/** Calls what changes nothing. @throws {CallProblem} */
export async function read<Name extends CallName>(
  name: Name,
  request: Request<Name>,
  signal?: AbortSignal,
): Promise<Answer<Name>> {
  const response = await reach(readUrl(name, request), signal ? { signal } : {});
  return (await answerOf(response)) as Answer<Name>;
}

/** Calls what changes something. @throws {CallProblem} */
export async function act<Name extends CallName>(
  name: Name,
  request: Request<Name>,
): Promise<Answer<Name>> {
  return (await post(pathOf(name), request as object)) as Answer<Name>;
}

function pathOf(name: CallName): string {
  return `/api/v1/${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`;
}

async function post(path: string, body: object): Promise<unknown> {
  const send = () => {
    const headers = { "content-type": "application/json", "x-csrf-token": session.csrf };
    return reach(path, { method: "POST", headers, body: JSON.stringify(body) });
  };
  const word = session.csrf;
  const response = await send();
  if (response.status !== 403 || word === "") return answerOf(response);
  // Somebody may have logged in again in another tab since: the session of now has another word.
  await readSession();
  return answerOf(session.csrf === word ? response : await send());
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new CallProblem(0, "The console does not answer: is it running?");
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401 && session.session) void leaveEnded();
  const { message = `The console answered ${response.status}.` } = answer as { message?: string };
  throw new CallProblem(response.status, message);
}

function addFields(query: URLSearchParams, value: object, prefix: string): void {
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined || field === null || field === "") continue;
    const key = `${prefix}${name}`;
    if (Array.isArray(field)) for (const item of field) query.append(key, String(item));
    else if (typeof field === "object") addFields(query, field, `${key}.`);
    else query.set(key, String(field));
  }
}
