import { editDistances } from '../bad-input';

/**
 * The candidate that a misspelt word most likely meant: the one with the fewest edits, if these are at most a third of the word.
 *
 * @param word What was written.
 * @param candidates What could have been meant; of equally near ones the first wins.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.floor(word.length / 3) + 1;
  for (const candidate of candidates) {
    const edits = editDistances(word.toLowerCase(), candidate.toLowerCase()).at(-1) ?? 0;
    if (edits < fewest) [nearest, fewest] = [candidate, edits];
  }
  return nearest;
}
