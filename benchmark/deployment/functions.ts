import { BundledFunction } from '../handler/function';

/** The instances of the function, as Lambda has them: an event goes to one that is idle, and to a new one if there is none. */
export class Functions {
  private readonly all: BundledFunction[] = [];
  private readonly idle: BundledFunction[] = [];

  constructor(private readonly start: () => BundledFunction) {}

  public async invoke(event: object): Promise<any> {
    const instance = this.idle.pop() ?? this.startOne();
    try {
      return (await instance.invoke(event)).answer;
    } finally {
      this.idle.push(instance);
    }
  }

  public async stop(): Promise<void> {
    await Promise.all(this.all.map((instance) => instance.stop()));
  }

  private startOne(): BundledFunction {
    const instance = this.start();
    this.all.push(instance);
    return instance;
  }
}
