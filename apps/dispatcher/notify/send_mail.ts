import { connect, isIP, type Socket } from "node:net";
import type { RecipientTarget } from "@hookgate/config";
import { type GuardedLookupOptions, guardedLookup, RefusedHostError } from "@hookgate/outbound";
import { type Message, messageText } from "./message.ts";
import { plainText } from "./plain_text.ts";

type MailTarget = Extract<RecipientTarget, { kind: "email" }>;

const REFUSED_CHARS_MAX = 200;

/** Options for {@linkcode sendMail}. */
export interface SendMailOptions {
  /** Whether this host may be reached at this address. */
  allows: (address: string, hostname: string) => boolean;
  /** How long all of it may take, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Certificates to trust, in PEM. @default {those of Node} */
  ca?: string | undefined;
  /** Names to addresses. @default {dns.lookup} */
  lookup?: GuardedLookupOptions["lookup"];
}

/**
 * Sends a message by SMTP; returns the server's answer in words. The text is plain, and whatever is in it cannot become a header.
 * Rejects if the server takes it for nobody.
 */
export async function sendMail(
  message: Message,
  { to, from, smtp: { host, port, tls, login } }: MailTarget,
  { allows, timeoutMs, signal, ca, lookup }: SendMailOptions,
): Promise<string> {
  // Loaded only if it is used.
  const { createTransport } = await import("nodemailer");
  const connection = await openConnection({ host, port, allows, signal, lookup });
  const end = () => connection.destroy();
  signal.addEventListener("abort", end, { once: true });
  const transport = createTransport({
    host,
    port,
    secure: tls === "tls",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(login && { auth: { user: login.user, pass: login.password } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // The address that was checked is the one that is connected to.
    connection,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { response, rejected } = await transport.sendMail({
      from,
      to: [...to],
      subject: message.title,
      text: `${messageText(message)}\n`,
      messageId: `<${message.id}@${from.split("@")[1]}>`,
      date: new Date(message.at),
      headers: { "Auto-Submitted": "auto-generated" },
    });
    const refused = rejected.join(", ");
    const answer = `${host} answered ${plainText(response, REFUSED_CHARS_MAX)}`;
    return refused === ""
      ? answer
      : `${answer}; it refused ${plainText(refused, REFUSED_CHARS_MAX)}`;
  } finally {
    signal.removeEventListener("abort", end);
    transport.close();
    end();
  }
}

interface Connecting extends Pick<SendMailOptions, "allows" | "signal" | "lookup"> {
  host: string;
  port: number;
}

/** A connection to an address that is allowed. */
async function openConnection({ host, port, allows, signal, lookup }: Connecting): Promise<Socket> {
  // For a literal address Node does no lookup.
  if (isIP(host) !== 0 && !allows(host, host)) {
    throw new RefusedHostError(host, "its address is not public");
  }
  signal.throwIfAborted();
  const socket = connect({
    host,
    port,
    lookup: guardedLookup({ allows, ...(lookup && { lookup }) }),
  });
  const end = () => socket.destroy(new Error("it did not answer in time"));
  signal.addEventListener("abort", end, { once: true });
  try {
    return await new Promise<Socket>((resolve, reject) => {
      socket.once("connect", () => {
        socket.off("error", reject);
        // What comes later is the transport's.
        socket.on("error", () => {});
        resolve(socket);
      });
      socket.once("error", reject);
    });
  } finally {
    signal.removeEventListener("abort", end);
  }
}
