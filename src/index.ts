export * from './aws/aws-authentication';
export * from './aws/aws-secrets-store';
export * from './aws/secrets-isolation';
export * from './aws/workspace-trust';
export * from './secrets-store-configuration';
export * from './workspace-configuration';
export * from './zenml-workspace';
