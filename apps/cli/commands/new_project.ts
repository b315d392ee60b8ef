const CONFIG = `import { defineConfig } from "hookgate/config";

export default defineConfig({
  // Who sends. Its webhooks go to /api/webhooks/academy, signed with this secret.
  sources: {
    academy: { provider: "generic", secrets: [process.env.WEBHOOK_SECRET] },
  },

  // Who wants which events. An event that nobody wants is kept, and listed as unhandled.
  subscriptions: {
    course_enrolled: {
      events: ["course.enrolled"],
      handler: "./handlers/course_enrolled.EXT",
      retry: "fast", // 3 retries in 7 seconds; without it 8 retries over a day
    },
  },
});
`;

const HANDLER = `import type { HandlerContext, HandlerEvent } from "hookgate/types";

interface CourseEnrolled {
  courseId?: string;
  studentId?: string;
}

/** If it returns, the event is delivered; if it throws, it is tried again later. */
export function handle(event: HandlerEvent<CourseEnrolled>, context: HandlerContext): void {
  const { courseId, studentId } = event.data;
  context.log.info("student enrolled", { courseId, studentId });
}
`;

const TEST = `import assert from "node:assert/strict";
import { test } from "node:test";
import { gateway } from "hookgate/testing";

test("an enrolment is delivered to its handler", async () => {
  await using hooks = await gateway({ config: "./CONFIG" });
  const event = await hooks.send("academy", "course.enrolled", { courseId: "c1", studentId: "s1" });
  const [delivery] = await hooks.delivered(event);
  assert.equal(delivery?.subscription, "course_enrolled");
});
`;

const README = `# Webhooks

Received by Hookgate: verified, stored, then delivered to the handlers in \`handlers/\`.

- \`npx hookgate dev\` runs it, starts again on every change, and shows events as they come; \`npx hookgate start\` runs it for good.
- \`npx hookgate send course.enrolled\` sends a signed sample event; \`npx hookgate events\` lists what came.
- \`npx node --test\` runs the tests. A source and its secret go into \`CONFIG\` and \`.env\`.
- The console is at http://localhost:8081. Events and secrets are in \`data/\` and \`.env\`: keep both out of git.
`;

const GITIGNORE = `node_modules/
data/
.env
`;

/** Options for {@linkcode newProjectFiles}. */
export interface NewProjectOptions {
  /** What senders sign with: it goes into `.env` only. */
  secret: string;
  /** Name of the configuration. */
  config: string;
  /** How files with modules end there: `ts`, or `mts` where `package.json` has others be CommonJS. */
  extension: "ts" | "mts";
}

/** The files of a new project, by path, as `hookgate init` writes them. */
export function newProjectFiles(options: NewProjectOptions): Readonly<Record<string, string>> {
  const { secret, config, extension } = options;
  const named = (text: string) => text.replace("CONFIG", config).replace("EXT", extension);
  return {
    [config]: named(CONFIG),
    [`handlers/course_enrolled.${extension}`]: HANDLER,
    [`handlers/course_enrolled_test.${extension}`]: named(TEST),
    ".env": `# Read by npx hookgate; a variable that is set already stands.\nWEBHOOK_SECRET=${secret}\n`,
    ".gitignore": GITIGNORE,
    "README.md": named(README),
  };
}
