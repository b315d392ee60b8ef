import type { HandlerContext, HandlerEvent } from "hookgate/types";

export function handle(event: HandlerEvent, context: HandlerContext): void {
  context.log.info("student enrolled", { id: event.id, attempt: context.attempt });
}
