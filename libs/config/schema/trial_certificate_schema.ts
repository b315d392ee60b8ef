import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";

const PATH_CHARS_MAX = 4_096;
const CERTIFICATE_BYTES_MAX = 32_768;

/** A path relative to the configuration, returned as the certificate or the key set in that file, in PEM or JSON. */
export function trialCertificateSchema({ dir }: { dir: string }) {
  return z
    .string()
    .min(1)
    .max(PATH_CHARS_MAX)
    .transform((path, context): string => {
      const file = resolve(dir, path);
      const certificate = readCertificate(file);
      if (certificate !== null) return certificate;
      const message = `names ${file}, which is neither a PEM certificate nor a key set in JSON`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });
}

function readCertificate(path: string): string | null {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > CERTIFICATE_BYTES_MAX) return null;
    const text = readFileSync(path, "latin1").trim();
    if (text.startsWith("{")) return Array.isArray(JSON.parse(text).keys) ? text : null;
    // Only the certificate: its key may be in the same file.
    return new X509Certificate(text).toString();
  } catch {
    // Missing, unreadable, or neither of them.
    return null;
  }
}
