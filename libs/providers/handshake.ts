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
