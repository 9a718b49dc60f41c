interface Result {
  readonly step: string;
  readonly outcome: 'as said' | 'NOT AS SAID' | 'interrupted';
  readonly seconds: number;
}

/**
 * Runs the steps of the demonstration one after the other, says what each does, and keeps the times for the table at the end.
 */
export class Steps {
  private readonly results: Result[] = [];

  /** After `interruption` no step is begun. */
  constructor(private readonly interruption: AbortSignal) {}

  /** Runs one step. `what` says what will be true afterwards; if it throws, the demonstration has failed. */
  public async run<T>(what: string, step: () => Promise<T> | T): Promise<T> {
    this.interruption.throwIfAborted();
    console.log(`\n▸ ${what}`);
    const start = performance.now();
    try {
      const value = await step();
      this.record(what, 'as said', start);
      return value;
    } catch (error) {
      this.record(what, this.interruption.aborted ? 'interrupted' : 'NOT AS SAID', start);
      throw error;
    }
  }

  /** The summary, plain enough for a log file. */
  public table(): string {
    const width = Math.max(...this.results.map(({ step }) => step.length));
    const line = (step: string, outcome: string, seconds: string) => `${step.padEnd(width)}  ${outcome.padEnd(11)}  ${seconds.padStart(7)}`;
    const total = this.results.reduce((sum, { seconds }) => sum + seconds, 0);
    return [
      line('step', 'result', 'seconds'),
      line('-'.repeat(width), '-'.repeat(11), '-'.repeat(7)),
      ...this.results.map(({ step, outcome, seconds }) => line(step, outcome, seconds.toFixed(2))),
      line('total', this.failed ? 'NOT AS SAID' : 'as said', total.toFixed(2)),
    ].join('\n');
  }

  public get failed(): boolean {
    return this.results.some(({ outcome }) => outcome !== 'as said');
  }

  private record(step: string, outcome: Result['outcome'], start: number) {
    const seconds = (performance.now() - start) / 1000;
    this.results.push({ step, outcome, seconds });
    console.log(`  ${outcome}, ${seconds.toFixed(2)} s`);
  }
}
