import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { ADD_STORE, Variant } from './variant';

/** A store has 2 resources and 3 outputs; CloudFormation takes 500 resources and 200 outputs in a stack. */
const STORES_PER_STACK = 50;

/** What `cdk init` writes into a new app, and what the CLI adds when it runs one. */
const CONTEXT = { ...recommendedFlags, 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

/** Synthesizes an app with this many stores; milliseconds from `new App` to the end of `synth`. */
export function synthesize<T>(variant: Variant, stores: number, read: (assembly: CloudAssembly) => T): { milliseconds: number; result: T } {
  const outdir = mkdtempSync(join(tmpdir(), 'benchmark-synthesis-'));
  try {
    const start = performance.now();
    const assembly = build(variant, stores, outdir).synth();
    const milliseconds = performance.now() - start;
    return { milliseconds, result: read(assembly) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function build(variant: Variant, stores: number, outdir: string): App {
  // The analytics would put a list of the constructs into the template, and with it the one difference there is to be seen.
  const app = new App({ outdir, context: CONTEXT, analyticsReporting: false });
  const add = ADD_STORE[variant];
  let stack: Stack | undefined;
  for (let index = 0; index < stores; index++) {
    if (stack === undefined || index % STORES_PER_STACK === 0) {
      stack = new Stack(app, `Stores${index / STORES_PER_STACK}`);
    }
    add(stack, `Store${index}`, workspaceId(index));
  }
  return app;
}

function workspaceId(index: number): string {
  return `123e4567-e89b-42d3-a456-${index.toString(16).padStart(12, '0')}`;
}
