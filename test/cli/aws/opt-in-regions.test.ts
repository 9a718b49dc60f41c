import { RegionInfo } from 'aws-cdk-lib/region-info';
import { isOptIn } from '../../../cli/aws/check-aws-store';

test('opt-in regions are those that CDK knows as such, and every region that is new', () => {
  const commercial = RegionInfo.regions.filter(({ partition }) => partition === 'aws');
  expect(commercial.filter(({ name }) => isOptIn(name)).map(({ name }) => name))
    .toEqual(commercial.filter(({ isOptInRegion }) => isOptInRegion).map(({ name }) => name));
  expect(isOptIn('xy-new-1')).toBe(true);
});

test.each(['cn-north-1', 'us-gov-west-1'])('%s, of another partition: not opt-in', (region) => {
  expect(isOptIn(region)).toBe(false);
});
