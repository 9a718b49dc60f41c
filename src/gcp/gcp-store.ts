import { IConstruct } from 'constructs';
import { GcpAuthentication } from './gcp-authentication';
import { GcpConfigurationOptions } from './gcp-configuration-options';
import { gcpProjectId } from './private/gcp-rules';
import { gcpSetup } from './private/setup-scripts';
import * as types from '../core/prop-types';

export const GCP_OPTIONS = types.object<GcpConfigurationOptions>({
  projectId: types.text(gcpProjectId),
  authentication: types.instanceOf(GcpAuthentication, 'GcpAuthentication.externalAccount({ workspace, projectNumber, pool, provider })'),
});

/** What a configuration of GCP Secret Manager does beyond its fields. */
export function gcpStore(options: GcpConfigurationOptions) {
  return {
    validate: (scope: IConstruct) => {
      gcpProjectId.check(scope, 'projectId', options.projectId);
      options.authentication._validate(scope);
    },
    setup: (scope: IConstruct, label: string) => gcpSetup(scope, label, options),
  };
}
