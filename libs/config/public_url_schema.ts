import { z } from "zod";

const URL_CHARS_MAX = 2_000;

/** What a request's query is put behind, and compared to the byte: kept as it is written. */
export const publicUrlSchema = z.string().superRefine((text, context) => {
  if (isPublicUrl(text)) return;
  const message =
    "must be the URL that the provider calls, without a query, such as https://hooks.example.com/api/webhooks/stripe";
  context.addIssue({ code: "custom", message });
});

function isPublicUrl(text: string): boolean {
  if (text.length > URL_CHARS_MAX || !/^https?:\/\/[!-~]+$/.test(text) || /[?#]/.test(text)) {
    return false;
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.username === "" && url.password === "";
}
