import { storeOf } from './stack-under-test';
import { configureVault } from '../../../lambda/configure-vault/index';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { physicalId, STORE_TYPE } from '../../../src/vault/contract/store-properties';

test.each([
  ['', 'admin', '"admin" of https://vault.invalid'],
  ['admin', '', 'the root namespace of https://vault.invalid'],
  ['admin', 'admin/zenml', '"admin/zenml" of https://vault.invalid'],
])('a store does not move from namespace %p to %p, and Vault is not asked', async (from, to, place) => {
  const readSecret = jest.fn();
  const properties = { ServiceToken: 'arn', ...writeProperties(storeOf(), 'hash') };
  const update = configureVault({
    ResourceType: STORE_TYPE,
    RequestType: 'Update',
    RequestId: 'once',
    StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Zenml/0f8fad5b',
    LogicalResourceId: 'Store',
    PhysicalResourceId: physicalId(storeOf(), from, 'first'),
    ResourceProperties: properties,
    OldResourceProperties: properties,
  }, {
    connection: { address: 'https://vault.invalid', vaultNamespace: to, connectionStack: 'Vault', administrator: { method: 'token', secretArn: 'arn', field: 'token' } },
    readSecret,
    credentials: readSecret,
    remainingTime: 2_000,
    print: () => {},
  });

  await expect(update).rejects.toThrow(`The store was made in another namespace than ${place}. Restore vaultNamespace`);
  expect(readSecret).not.toHaveBeenCalled();
});
