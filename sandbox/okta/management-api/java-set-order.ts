/**
 * Okta keeps some lists as sets of its own language, and answers them in the order of their hashes (a hash table of 16 places, as any
 * set of up to 12 has): recorded of the events of hooks and the places of network zones.
 */
export function inSetOrder<T>(items: readonly T[], hash: (item: T) => number): T[] {
  const place = (item: T) => {
    const value = hash(item) >>> 0;
    return (value ^ (value >>> 16)) & 15;
  };
  return items.toSorted((one, other) => place(one) - place(other));
}

/** The hash of a text (java.lang.String.hashCode), 32 bits. */
export function hashText(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

/** The hash of an object of several texts (Commons Lang's HashCodeBuilder, 17 and 37). */
export function hashTexts(texts: readonly (string | null)[]): number {
  let hash = 17;
  for (const text of texts) hash = (Math.imul(37, hash) + (text === null ? 0 : hashText(text))) | 0;
  return hash;
}
