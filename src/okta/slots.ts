/** At most so many pieces of work at once; the others wait in order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Waits for a slot; whoever took one gives it back by {@link release}. */
  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    const following = this.#waiting.shift();
    if (following === undefined) this.#free += 1;
    else following();
  }

  /** Does a piece of work in a slot. */
  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.take();
    try {
      return await work();
    } finally {
      this.release();
    }
  }
}
