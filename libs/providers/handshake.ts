import { createHash, timingSafeEqual } from "node:crypto";
import {
  type OutgoingRequest,
  readPlace,
  type SignedRequest,
  type VerifySecret,
} from "@hookgate/signature";

/** The response to a handshake. */
export interface HandshakeResponse {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Why nothing was signed or echoed, for the log: the handshake may have been an attempt at forging. */
  refused?: string;
  /** A URL that must be fetched to complete it; the provider's file has checked its host. */
  confirmUrl?: string;
  /** The secret that this handshake delivers; kept only while an operator has opened an enrolment. */
  enrolledSecret?: string;
}

/** What a handshake may need in addition to the request. */
export interface HandshakeOptions {
  secrets: readonly VerifySecret[];
  /** The source's own settings, by the names that {@linkcode Provider.settings} lists. */
  settings: Readonly<Record<string, string>>;
}

/** How a provider checks that the receiver exists and wants its events. */
export interface Handshake {
  /** The HTTP methods it uses. */
  methods: readonly ("GET" | "HEAD" | "OPTIONS" | "POST")[];
  /** Whether it is signed like events. It is then answered only after it is verified. */
  verified: boolean;
  /** How often it is repeated, in milliseconds; null if it is sent only at set-up. */
  everyMs: number | null;
  /** Whether it delivers the secret: then a source may start without one. @default {false} */
  enrols?: boolean;
  /**
   * The response; null if the request is not a handshake, and so an event. Takes any bytes, never throws. Never signs a
   * string that could be an event.
   */
  answer(request: SignedRequest, options: HandshakeOptions): HandshakeResponse | null;
  /**
   * The response to what comes unsigned although the handshake is signed, such as a check of the connection; null for any other
   * request. It must say and change nothing. Takes any bytes, never throws.
   */
  answerUnsigned?(request: SignedRequest): HandshakeResponse | null;
  /** The request as the provider would send it with this challenge, before it is signed. */
  sample(challenge: string, options: { url: string }): OutgoingRequest;
}

/** Options for {@linkcode greet}. */
export interface GreetOptions extends HandshakeOptions {
  /** Whether the request has been verified. */
  verified: boolean;
}

/** The response to a request before it is verified, or after; null if it is no handshake, or one of the other time. */
export function greet(
  handshake: Handshake,
  request: SignedRequest,
  { verified, ...options }: GreetOptions,
): HandshakeResponse | null {
  if (handshake.verified === verified) return handshake.answer(request, options);
  return verified ? null : (handshake.answerUnsigned?.(request) ?? null);
}

/** A challenge of characters without meaning to a browser, a shell or a log. */
const CHALLENGE = /^[A-Za-z0-9._~+/=-]{1,500}$/;

/** A browser must not take an echo for a page: it comes from the receiver's own host. */
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
  /** Answer with a JSON object with this member. @default {plain text} */
  member?: string;
  /** Form of this provider's challenges. @default {/^[A-Za-z0-9._~+/=-]{1,500}$/} */
  pattern?: RegExp;
}

/** Echoes a challenge: 200 with it, or 400 if it does not have the right form. */
export function echoChallenge(
  challenge: string | null | undefined,
  { member, pattern = CHALLENGE }: EchoChallengeOptions = {},
): HandshakeResponse {
  if (typeof challenge !== "string" || !pattern.test(challenge)) {
    return refuseHandshake(400, "the challenge does not have the form that this provider sends");
  }
  if (member === undefined) return { status: 200, headers: PLAIN, body: challenge };
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ [member]: challenge }) };
}

/** Refuses a handshake; the reason is for the log, not for the caller. */
export function refuseHandshake(status: 400 | 401 | 403, refused: string): HandshakeResponse {
  return { status, headers: PLAIN, body: "", refused };
}

/** Answers a handshake with a JSON object. */
export function answerJson(object: object): HandshakeResponse {
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(object) };
}

/** Whether a request has the token that the source expects: in constant time, and never for an empty one. */
export function hasToken(token: string | null | undefined, expected = ""): boolean {
  if (expected === "" || typeof token !== "string") return false;
  const [a, b] = [token, expected].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/**
 * GET with `hub.mode=subscribe`, as in WebSub: the challenge is echoed if the request has the source's `verify_token`, as
 * plain text or in a JSON object with this member.
 */
export function hubHandshake({ member }: { member?: string } = {}): Handshake {
  return {
    methods: ["GET"],
    verified: false,
    everyMs: null,

    answer(request, { settings }) {
      const reading = { request };
      const query = (name: string) => readPlace(reading, { query: `hub.${name}` });
      if (request.method !== "GET" || query("mode") !== "subscribe") return null;
      if (!hasToken(query("verify_token"), settings.verify_token)) {
        return refuseHandshake(403, "the verify token is not the source's");
      }
      return echoChallenge(query("challenge"), member === undefined ? {} : { member });
    },

    /** The verify token is `example` unless the URL has one. */
    sample(challenge, { url }) {
      const asked = new URL(url);
      asked.searchParams.set("hub.mode", "subscribe");
      asked.searchParams.set("hub.challenge", challenge);
      const token = asked.searchParams.get("hub.verify_token") ?? "example";
      asked.searchParams.set("hub.verify_token", token);
      return { method: "GET", url: asked.href, headers: {}, body: new Uint8Array() };
    },
  };
}

/** HEAD, when a URL is entered: any 200 is enough, and nothing is signed. It has no challenge. */
export const HEAD_HANDSHAKE: Handshake = {
  methods: ["HEAD"],
  verified: false,
  everyMs: null,
  answer: ({ method }) => (method === "HEAD" ? { status: 200, headers: {}, body: "" } : null),
  sample: (_, { url }) => ({ method: "HEAD", url, headers: {}, body: new Uint8Array() }),
};
