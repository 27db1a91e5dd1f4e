/** The durations of one combination of labels. */
export class DurationSeries {
  readonly #bounds: readonly number[];
  /** One count for each bound and one for what lies beyond; not cumulative. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = [...bounds, 0].fill(0);
  }

  /** Counts one duration, in seconds. */
  observe(seconds: number): void {
    let index = 0;
    while (index < this.#bounds.length && seconds > (this.#bounds[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
  }

  /** The lines of this series; `labels` are rendered ones, such as `method="GET"`. */
  render(name: string, labels: string): readonly string[] {
    let total = 0;
    const buckets = this.#counts.map((count, index) => {
      total += count;
      return `${name}_bucket{le="${this.#bounds[index] ?? "+Inf"}",${labels}} ${total}`;
    });
    return [...buckets, `${name}_sum{${labels}} ${this.#sum}`, `${name}_count{${labels}} ${total}`];
  }
}

/**
 * A Prometheus histogram whose series are looked up once and then kept by whoever observes: prom-client puts the
 * labels together and hashes them for each observation, which takes as long as the rest of what a request records.
 */
export class DurationHistogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, DurationSeries>();

  /** `bounds` are the buckets' upper bounds in seconds, ascending. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  /** The series of the labels, a new one where there is none yet. */
  seriesOf(labels: Readonly<Record<string, string>>): DurationSeries {
    const rendered = Object.entries(labels)
      .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
      .join(",");
    const known = this.#series.get(rendered);
    if (known !== undefined) return known;
    const series = new DurationSeries(this.#bounds);
    this.#series.set(rendered, series);
    return series;
  }

  /** The whole metric in Prometheus' text format. */
  render(): string {
    const head = [`# HELP ${this.#name} ${this.#help}`, `# TYPE ${this.#name} histogram`];
    const lines = [...this.#series].flatMap(([labels, series]) => series.render(this.#name, labels));
    return `${[...head, ...lines].join("\n")}\n`;
  }
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
