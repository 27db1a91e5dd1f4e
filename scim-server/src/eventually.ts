/** A value that is there at once, or later. Waiting for what is there already costs as much as reading it did. */
export type Eventually<T> = T | Promise<T>;

/** Goes on with a value as soon as it is there: without a turn of the event loop if it is there already. */
export function andThen<T, U>(value: Eventually<T>, next: (value: T) => Eventually<U>): Eventually<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
