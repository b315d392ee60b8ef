import type { EndpointHeader } from "@hookgate/types";
import { z } from "zod";
import { type SecretSchemaOptions, secretTextSchema } from "./secret_schema.ts";
import { findSecretFault } from "./weak_secret.ts";

const HEADERS_MAX = 20;
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** Visible characters of ASCII, and spaces and tabs within. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

/** Headers that belong to the connection or that every delivery has already. */
const OURS =
  /^(?:connection|content-length|content-type|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|hookgate-.*|(?:webhook|svix)-(?:id|timestamp|signature))$/;

/** Headers whose value is known to the receiver and nobody else. */
const CREDENTIAL = /auth|token|secret|password|api-?key|access-?key|signature/;

/** Whether a header, by its name in lower case, shows the receiver who posts. */
export function isCredential(name: string): boolean {
  return CREDENTIAL.test(name);
}

/** The credential in a value such as `Bearer abc`: what follows the scheme. */
export function credentialOf(value: string): string {
  return value.replace(/^(?:basic|bearer|token) +/i, "");
}

/** Headers of every delivery to an endpoint: their values are read as secrets are, and never shown. */
export function endpointHeadersSchema(options: SecretSchemaOptions) {
  return z
    .record(z.string(), secretTextSchema(options))
    .transform((headers, context): EndpointHeader[] => {
      const read = Object.entries(headers).map(([given, value]) => {
        return { given, name: given.toLowerCase(), value };
      });
      const names = read.map(({ name }) => name);
      const refuse = (path: string[], message: string) =>
        context.addIssue({ code: "custom", path, message });
      if (read.length > HEADERS_MAX) refuse([], `must have at most ${HEADERS_MAX} entries`);
      for (const [at, { given, name, value }] of read.entries()) {
        if (!NAME.test(given)) refuse([given], "is not a valid name of a header");
        else if (OURS.test(name))
          refuse([given], "is set by Hookgate or the connection: leave it out");
        else if (names.indexOf(name) !== at) refuse([given], "repeats a header: keep one");
        else if (!VALUE.test(value)) refuse([given], "must have visible ASCII characters only");
        else if (isCredential(name)) {
          const fault = findSecretFault(credentialOf(value));
          if (fault !== null) refuse([given], fault);
        }
      }
      return read.map(({ name, value }) => ({ name, value }));
    });
}
