import type { JSX } from "preact";
import { visiblePieces } from "../lib/bytes.ts";

/** Text that others have written: what would not be seen in it, or would turn its direction, is shown by its number. */
export function Outside({ text }: { text: string }): JSX.Element {
  return (
    <bdi>
      {visiblePieces(text).map(({ text: piece, hidden }, index) =>
        hidden ? (
          <mark key={index} title="A character that would not be seen">
            {piece}
          </mark>
        ) : (
          piece
        ),
      )}
    </bdi>
  );
}
