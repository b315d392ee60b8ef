import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { ServerCertificate } from "@hookgate/testing";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A mail as it arrived. */
export interface SeenMail {
  from: string;
  to: string[];
  /** Whether the connection was encrypted. */
  secure: boolean;
  /** Who has logged in; empty if nobody has. */
  user: string;
  /** Headers and body. */
  raw: string;
}

/** Options for {@linkcode MailServer.start}. */
export interface MailServerOptions {
  /** Offers STARTTLS with it. @default {null} */
  certificate?: ServerCertificate | null;
  /** Whether TLS begins with the first byte. @default {false} */
  secure?: boolean;
  /** Who may log in; nobody has to without it. @default {null} */
  login?: { user: string; password: string } | null;
  /** Addresses that it does not take mail for. @default {[]} */
  refused?: readonly string[];
}

/** A mail server that keeps what it takes. */
export class MailServer implements AsyncDisposable {
  readonly seen: SeenMail[] = [];
  readonly #server: SMTPServer;

  private constructor(options: MailServerOptions) {
    const { certificate = null, secure = false, login = null, refused = [] } = options;
    const plain: SMTPServerOptions = {
      secure,
      ...(certificate ?? {}),
      disabledCommands: [...(certificate ? [] : ["STARTTLS"]), ...(login ? [] : ["AUTH"])],
      onAuth({ username = "", password }, _session, done) {
        const isRight = username === login?.user && password === login.password;
        if (isRight) done(null, { user: username });
        else done(new Error("wrong user or password"));
      },
      onRcptTo({ address }, _session, done) {
        done(refused.includes(address) ? new Error(`nobody here is ${address}`) : null);
      },
      onData: (stream, session, done) => {
        void buffer(stream).then((raw) => {
          const { mailFrom, rcptTo } = session.envelope;
          this.seen.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            secure: session.secure,
            user: String(session.user ?? ""),
            raw: raw.toString(),
          });
          done(null, "taken");
        });
      },
    };
    this.#server = new SMTPServer(plain);
    this.#server.on("error", () => {});
  }

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options);
    const listening = server.#server.listen(0, "127.0.0.1");
    await once(listening, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
