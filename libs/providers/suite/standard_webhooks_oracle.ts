import type { OutgoingRequest } from "@hookgate/signature";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import type { Oracle } from "./scheme.ts";

/** The official class, under one of its two names and one of its two families of headers. */
export function standardWebhooksOracle(
  family: "webhook" | "svix",
  open: (secret: string) => Pick<Webhook, "sign" | "verify"> = (secret) =>
    family === "svix" ? new SvixWebhook(secret) : new Webhook(secret),
): Oracle {
  return {
    sign(request, { secret, now }) {
      const id = request.headers[`${family}-id`] ?? "";
      const signature = open(secret).sign(id, new Date(now), textOf(request));
      const timestamp = String(Math.floor(now / 1_000));
      const own = { [`${family}-timestamp`]: timestamp, [`${family}-signature`]: signature };
      return { ...request, headers: { ...request.headers, ...own } };
    },
    verify(request, { secret }) {
      open(secret).verify(textOf(request), { ...request.headers });
      return true;
    },
  };
}

function textOf({ body }: OutgoingRequest): string {
  return Buffer.from(body).toString();
}
