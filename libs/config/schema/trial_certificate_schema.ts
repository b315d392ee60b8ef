import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";

const PATH_CHARS_MAX = 4_096;
const CERTIFICATE_BYTES_MAX = 32_768;

/** A path relative to the configuration, returned as the certificate in that file, in PEM. */
export function trialCertificateSchema({ dir }: { dir: string }) {
  return z
    .string()
    .min(1)
    .max(PATH_CHARS_MAX)
    .transform((path, context): string => {
      const file = resolve(dir, path);
      const certificate = readCertificate(file);
      if (certificate !== null) return certificate;
      const message = `names ${file}, which is not a readable PEM certificate`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });
}

function readCertificate(path: string): string | null {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > CERTIFICATE_BYTES_MAX) return null;
    // Only the certificate: its key may be in the same file.
    return new X509Certificate(readFileSync(path)).toString();
  } catch {
    // Missing, unreadable, or not a certificate.
    return null;
  }
}
