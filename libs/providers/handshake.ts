import type { OutgoingRequest, SignedRequest, VerifySecret } from "@hookgate/signature";

/** What a handshake is answered with. */
export interface HandshakeResponse {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Why nothing was signed or echoed: it was a handshake, and could have been an attempt at forging. For the log. */
  refused?: string;
  /** A URL that has to be fetched to complete it; its host is checked by the provider's file. */
  confirmUrl?: string;
  /** The secret that this handshake delivers; kept only while an operator has opened an enrolment. */
  enrolledSecret?: string;
}

/** What a handshake may need beside the request. */
export interface HandshakeOptions {
  secrets: readonly VerifySecret[];
  /** The source's own settings, by the names that {@linkcode Provider.settings} lists. */
  settings: Readonly<Record<string, string>>;
}

/** How a provider asks whether the receiver is there, and is willing. */
export interface Handshake {
  /** The methods it comes with. */
  methods: readonly ("GET" | "HEAD" | "OPTIONS" | "POST")[];
  /** Whether it is signed as events are: then it is answered only once it is verified. */
  verified: boolean;
  /** How often it comes again, in milliseconds; null where it comes at set-up only. */
  everyMs: number | null;
  /** Whether it delivers the secret: then a source may begin without one. @default {false} */
  enrols?: boolean;
  /**
   * The response; null where the request is no handshake, and so an event. Takes any bytes, never throws. Never puts the
   * secret to a string that could be an event.
   */
  answer(request: SignedRequest, options: HandshakeOptions): HandshakeResponse | null;
  /** The request as the provider would send it, with this challenge in it, before it is signed. */
  sample(challenge: string, options: { url: string }): OutgoingRequest;
}

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
