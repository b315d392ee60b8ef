import { expect, test } from "@jest/globals";
import {
  type Arrived,
  add,
  type EdgeContext,
  type EdgeMiddleware,
  type EdgeState,
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
const needsSource: EdgeMiddleware<Located> = (ctx, next) => next(ctx);
const needsBody: EdgeMiddleware<Read> = (ctx, next) => next(ctx);

test("Stages takes stages that read what an earlier one has added, and keeps their order", () => {
  const passed: string[] = [];
  const noting = <State extends EdgeState>(name: string, stage: EdgeMiddleware<State>) => {
    const note: EdgeMiddleware<State> = (ctx, next) => {
      passed.push(name);
      return stage(ctx, next);
    };
    return note;
  };
  const path = new Stages<Arrived>()
    .use(locate)
    .use(noting("source", needsSource))
    .use(read)
    .useIf(false, noting("never", needsBody))
    .useIf(true, noting("source again", needsSource))
    .use(noting("body", needsBody))
    .compose();
  const ctx = { state: { source: {} } } as Parameters<typeof path>[0];
  // None of them waits: there is no promise.
  expect(path(ctx)).toBeUndefined();
  expect(passed).toEqual(["source", "source again", "body"]);
  expect(ctx.state).toEqual({ source: {}, deadlineAt: 0 });
});

test("Stages ends the path at a stage that does not go on", () => {
  const ends: EdgeMiddleware = () => undefined;
  const never: EdgeMiddleware = () => {
    throw new Error("It has gone on");
  };
  expect(new Stages().use(ends).use(never).compose()({} as EdgeContext)).toBeUndefined();
});

test("Stages refuses, when it is compiled, a stage that comes too early", () => {
  // @ts-expect-error: it reads the source.
  new Stages<Arrived>().use(needsSource).use(locate);
  // @ts-expect-error: it reads the source, too.
  new Stages<Arrived>().use(read);
  // @ts-expect-error: it reads the body.
  new Stages<Arrived>().use(locate).use(needsBody).use(read);
});

test("add() sets a field of the same context", () => {
  const ctx = { state: {} } as Parameters<typeof locate>[0];
  const later = add(ctx, "deadlineAt", 5);
  expect(later).toBe(ctx);
  expect(later.state.deadlineAt).toBe(5);
});
