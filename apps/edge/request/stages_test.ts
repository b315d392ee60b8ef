import { expect, test } from "@jest/globals";
import {
  type Arrived,
  add,
  type EdgeMiddleware,
  type Located,
  type Read,
  type Stage,
  Stages,
} from "./stages.ts";

const locate: Stage<Arrived, Located> = (ctx, next) => {
  const { source } = ctx.state;
  // @ts-expect-error: an arrived request has no source yet.
  const refused = () => next(ctx);
  return source === undefined ? refused() : next(add(ctx, "source", source));
};
const read: Stage<Located, Read> = (ctx, next) => {
  // @ts-expect-error: one of the two fields of this stage is not enough.
  return next(add(ctx, "deadlineAt", 0));
};
const needsSource: EdgeMiddleware<Located> = (_, next) => next();
const needsBody: EdgeMiddleware<Read> = (_, next) => next();

test("Stages takes stages that read what an earlier one has added, and keeps their order", () => {
  const { middlewares } = new Stages<Arrived>()
    .use(locate)
    .use(needsSource)
    .use(read)
    .useIf(false, needsBody)
    .useIf(true, needsSource)
    .use(needsBody);
  expect(middlewares).toEqual([locate, needsSource, read, needsSource, needsBody]);
});

test("Stages refuses, when it is compiled, a stage that comes too early", () => {
  // @ts-expect-error: it reads the source.
  new Stages<Arrived>().use(needsSource).use(locate);
  // @ts-expect-error: it reads the source, too.
  new Stages<Arrived>().use(read);
  // @ts-expect-error: it reads the body.
  new Stages<Arrived>().use(locate).use(needsBody).use(read);
  expect(new Stages().middlewares).toEqual([]);
});

test("add() sets a field of the same context", () => {
  const ctx = { state: {} } as Parameters<typeof locate>[0];
  const later = add(ctx, "deadlineAt", 5);
  expect(later).toBe(ctx);
  expect(later.state.deadlineAt).toBe(5);
});
