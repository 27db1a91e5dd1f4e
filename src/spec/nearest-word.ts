/**
 * The candidate that a person most likely meant: the one with the fewest typing errors (insert, delete, replace, swap of neighbours),
 * if there are few enough for the word's length. Case is ignored. `undefined` where nothing is like it.
 */
export function findNearestWord(word: string, candidates: readonly string[]): string | undefined {
  return findNearestWords(word, candidates, 1)[0];
}

/** Up to `limit` candidates that are like the word, the most alike first. */
export function findNearestWords(word: string, candidates: readonly string[], limit: number): string[] {
  const wanted = word.toLowerCase();
  const scored = candidates.flatMap((candidate) => {
    const other = candidate.toLowerCase();
    const errors = countTypingErrors(wanted, other);
    const tolerated = Math.max(1, Math.floor(Math.max(wanted.length, other.length) / 3));
    if (errors <= tolerated) return [{ candidate, score: errors }];
    const contained =
      wanted.length >= 3 && other.length >= 3 && (other.includes(wanted) || wanted.includes(other));
    return contained ? [{ candidate, score: tolerated + 1 }] : [];
  });
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Optimal string alignment distance. */
function countTypingErrors(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, at(beforePrevious, j - 2) + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
