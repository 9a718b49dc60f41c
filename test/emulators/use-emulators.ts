import { EmbeddedAws, EmbeddedAwsOptions } from './embedded-aws';
import { FaultProxy } from './fault-proxy';

/** Beside other test files, on a loaded machine. */
const START_LIMIT_MS = 60_000;

interface Emulator {
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

/** An embedded AWS that runs while the tests of the file, or of the `describe` block, do. */
export function useEmbeddedAws(options: EmbeddedAwsOptions = {}): EmbeddedAws {
  return useEmulator(new EmbeddedAws(options));
}

/** A proxy before a server that was asked for earlier. */
export function useFaultProxy(target: { readonly address: string }): FaultProxy {
  return useEmulator(new FaultProxy(target));
}

/** The hooks run in the order in which emulators are asked for, and before those of the file that are written below. */
export function useEmulator<T extends Emulator>(emulator: T): T {
  beforeAll(() => emulator.start(), START_LIMIT_MS);
  afterAll(() => emulator.stop());
  return emulator;
}
