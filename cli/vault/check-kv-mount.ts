import { StoreReport } from '../report';
import { Reader } from './reader';

/** KV version 1 takes the secrets, but keeps those that ZenML deletes. */
export function checkKvMount(report: StoreReport, mount: any, path: string): void {
  if (mount?.type !== 'kv') {
    report.finding('KV mount', `${path} is ${mount === undefined ? 'not there' : `of type ${mount.type}`}`,
      'Compare the path of kvMount; deploying the stack again creates the mount if the store manages it');
  } else if (mount.options?.version !== '2') {
    report.finding('KV mount', `${path} is KV version 1, on which secrets that ZenML deletes stay readable`,
      `vault kv enable-versioning ${path}, or choose another mount`);
  } else {
    report.ok('KV mount', `${path} is KV version 2`);
  }
}

/** With check-and-set demanded, secrets can be created and never changed. */
export async function checkCheckAndSet(report: StoreReport, reader: Reader, path: string): Promise<void> {
  await reader.read('KV mount', `${path}/config`, ({ body }) => {
    if (body?.data?.cas_required === true) {
      report.finding('KV mount', `${path} demands check-and-set, so that ZenML cannot change a secret`,
        `vault write ${path}/config cas_required=false`);
    }
  });
}
