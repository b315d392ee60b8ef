import type { HandshakeResponse } from "../handshake.ts";

/** What a challenge may consist of: letters that mean nothing to a browser, a shell or a log. */
const CHALLENGE = /^[A-Za-z0-9._~+/=-]{1,500}$/;

/** Whatever the caller sent must not be taken for a page: the answer comes from the receiver's own host. */
const PLAIN = {
  "content-type": "text/plain; charset=utf-8",
  "x-content-type-options": "nosniff",
} as const;

const JSON_HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "x-content-type-options": "nosniff",
} as const;

/** Options for {@linkcode echoChallenge}. */
export interface EchoChallengeOptions {
  /** The member of a JSON object to answer with; plain text where there is none. */
  member?: string;
  /** What a challenge of this provider looks like. @default {/^[A-Za-z0-9._~+/=-]{1,500}$/} */
  pattern?: RegExp;
}

/** The answer to a challenge that is to be sent back as it is: 200 with it, or 400 where it is none. */
export function echoChallenge(
  challenge: string | null | undefined,
  { member, pattern = CHALLENGE }: EchoChallengeOptions = {},
): HandshakeResponse {
  if (typeof challenge !== "string" || !pattern.test(challenge)) {
    return refuseHandshake(400, "the challenge is none that this provider sends");
  }
  if (member === undefined) return { status: 200, headers: PLAIN, body: challenge };
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ [member]: challenge }) };
}

/** The answer to a handshake that is not granted; the reason is for the log, not for the caller. */
export function refuseHandshake(status: 400 | 401 | 403, refused: string): HandshakeResponse {
  return { status, headers: PLAIN, body: "", refused };
}

/** The answer to a handshake that wants a JSON object. */
export function answerJson(object: object): HandshakeResponse {
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(object) };
}
