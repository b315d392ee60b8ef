import { z } from "zod";

const URL_CHARS_MAX = 2_048;
const EXAMPLE_URL = "https://crm.example.com/hooks";

/** Where deliveries are posted, in its canonical form. It is never shown: a part of it may be a secret. */
export const endpointUrlSchema = z.string().transform((text, context): string => {
  const problem = findProblem(text);
  if (problem === null) return new URL(text).href;
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

function findProblem(text: string): string | null {
  // Whoever parses a URL passes over some blanks, and keeps others.
  const url = /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null) return `must be an absolute URL, http or https, such as ${EXAMPLE_URL}`;
  if (Math.max(text.length, url.href.length) > URL_CHARS_MAX) {
    return `must have at most ${URL_CHARS_MAX} characters`;
  }
  if (url.username !== "" || url.password !== "") {
    return "must not hold a user name or a password: deliveries are signed, which proves more";
  }
  return text.includes("#") ? "must not have a fragment (#…): it is never sent" : null;
}
