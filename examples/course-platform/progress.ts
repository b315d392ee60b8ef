import { appendFile } from "node:fs/promises";
import type { HandlerContext, HandlerEvent } from "hookgate/types";

interface CourseEvent {
  data?: { studentId?: string; module?: string };
}

/** Writes a student's progress, a line for each event; in your project an update of a row. */
export async function handle(
  event: HandlerEvent<CourseEvent>,
  context: HandlerContext,
): Promise<void> {
  const { studentId = "", module = "" } = event.data.data ?? {};
  // The service behind is away for a moment. What comes next of this student waits until this is done.
  if (event.type === "course.enrolled" && context.attempt === 1) throw new Error("not now");
  const line = { studentId, type: event.type, module, event: event.id };
  await appendFile(process.env["PROGRESS_FILE"] ?? "progress.jsonl", `${JSON.stringify(line)}\n`);
}
