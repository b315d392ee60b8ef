import { PassThrough } from "node:stream";
import { expect, test } from "@jest/globals";
import { FrameReader, writeFrame } from "./frames.ts";

interface Frame {
  message: object;
  bytes: Uint8Array[];
}

/** What a stream carries for these frames. */
function written(frames: readonly Frame[]): Buffer {
  const stream = new PassThrough({ highWaterMark: 2 ** 30 });
  for (const { message, bytes } of frames) writeFrame(stream, message, bytes);
  return (stream.read() as Buffer | null) ?? Buffer.alloc(0);
}

const large = Buffer.alloc(70_000, "l");
const FRAMES: Frame[] = [
  { message: { kind: "nothing" }, bytes: [] },
  {
    message: { text: "ü€ \u0000\n" },
    bytes: [Buffer.from("a"), Buffer.alloc(0), Buffer.from("bc")],
  },
  { message: { large: true }, bytes: [Buffer.from("before"), large, large, Buffer.from("after")] },
  { message: { first: "large" }, bytes: [large] },
];

test.each([1, 7, 8, 9, 1_000, 65_536, 1_000_000])(
  "FrameReader reads what writeFrame() wrote, in chunks of %p bytes",
  (size) => {
    const got: unknown[] = [];
    const reader = new FrameReader((message, bytes) =>
      got.push({ message, bytes: Buffer.from(bytes) }),
    );
    const all = written(FRAMES);
    for (let at = 0; at < all.length; at += size) reader.push(all.subarray(at, at + size));
    expect(got).toEqual(
      FRAMES.map(({ message, bytes }) => ({ message, bytes: Buffer.concat(bytes) })),
    );
  },
);

test.each([
  ["text", Buffer.from("hello, this is no frame at all")],
  ["what is not JSON", Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{x}")])],
])("FrameReader refuses %s", (_what, chunk) => {
  const reader = new FrameReader(() => {});
  expect(() => reader.push(chunk)).toThrow(SyntaxError);
});

test("FrameReader refuses a frame that is too large as soon as its size is known", () => {
  const frame = written([{ message: {}, bytes: [Buffer.alloc(1_000)] }]);
  const reader = new FrameReader(() => {}, { bytesMax: 1_009 });
  expect(() => reader.push(frame.subarray(0, 8))).toThrow(
    "Cannot read a frame: it would have 1010 bytes",
  );
});
