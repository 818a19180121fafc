import type { PieceOfArticle } from "./index-port.ts";
import type { Passage } from "./knowledge.ts";

/**
 * A passage with what stands around it in its article: the whole article when that fits, otherwise what follows, then
 * what comes before, as far as there is room. A heading is put back before its text.
 */
export function expandPassage(
  passage: Passage,
  pieces: readonly PieceOfArticle[],
  maxChars: number,
): Passage {
  const at = pieces.findIndex((piece) => piece.passageId === passage.id);
  if (at === -1) return passage;
  let room = maxChars - passage.text.length;
  let [first, last] = [at, at];
  const fits = (piece: PieceOfArticle | undefined): boolean => {
    if (!piece || piece.text.length + piece.heading.length > room) return false;
    room -= piece.text.length + piece.heading.length;
    return true;
  };
  if (articleLength(pieces) <= maxChars) [first, last] = [0, pieces.length - 1];
  while (last + 1 < pieces.length && fits(pieces[last + 1])) last += 1;
  while (first > 0 && fits(pieces[first - 1])) first -= 1;
  if (first === last) return passage;
  const shown = pieces.slice(first, last + 1);
  return { ...passage, heading: shown[0]?.heading ?? "", text: joined(shown) };
}

function articleLength(pieces: readonly PieceOfArticle[]): number {
  return pieces.reduce((sum, piece) => sum + piece.text.length + piece.heading.length, 0);
}

function joined(pieces: readonly PieceOfArticle[]): string {
  return pieces
    .map(({ heading, text }, at) => {
      const own = heading.split(" > ").at(-1) ?? "";
      const repeats = at === 0 || heading === pieces[at - 1]?.heading;
      return repeats || own === "" ? text : `**${own}**\n\n${text}`;
    })
    .join("\n\n");
}
