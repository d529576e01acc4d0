import { describe, expect, it } from 'vitest';
import { readCategory } from './category.fields.js';
import { readChain } from './timing.fields.js';
import { YamlFile } from './yaml.reader.js';

const reading = (text: string) => new YamlFile('a.yaml', text);
const complaintsOf = ({ problems }: YamlFile) => problems.map(({ message }) => message).join('; ');
const CATEGORY = 'name: order\ndisplay: Orders\noptional: true\nconsent: opt-out\nguarantee: at_least_once\n';

describe('when a category may come, and for how long it is useful', () => {
  it('is read from its file', () => {
    const hours = `hours: {from: '10:00', to: '24:00', time_zone: Asia/Kolkata}`;
    const file = reading(`${CATEGORY}promotional: true\n${hours}\nvalid_for: 2d`);
    expect(readCategory(file.top, 1)).toMatchObject({
      promotional: true,
      hours: { from: '10:00', to: '24:00', timeZone: 'Asia/Kolkata' },
      validFor: 172_800,
    });
    expect(file.problems).toEqual([]);
  });

  it('is at any time and without end where it says nothing', () => {
    const nothing = { promotional: false, hours: null, validFor: null };
    expect(readCategory(reading(CATEGORY).top, 1)).toMatchObject(nothing);
  });

  it.each([
    [`hours: {from: '10:00', to: '25:00', time_zone: Asia/Kolkata}`, 'hours.to: must be a time of day'],
    [`hours: {from: '24:00', to: '10:00', time_zone: Asia/Kolkata}`, 'hours.from: must be a time of day'],
    [`hours: {from: '10:00', to: '21:00', time_zone: India/Delhi}`, 'hours.time_zone: is not a time zone'],
    [`hours: {from: '10:00', time_zone: Asia/Kolkata}`, 'hours: to is missing'],
    ['valid_for: soon', 'valid_for: must be a length of time'],
    ['valid_for: 31d', 'valid_for: must be a length of time'],
  ])('is not %s', (field, complaint) => {
    const file = reading(`${CATEGORY}${field}`);
    readCategory(file.top, 1);
    expect(complaintsOf(file)).toContain(complaint);
  });
});

describe('a chain', () => {
  it('is read step by step', () => {
    const file = reading('[{channel: push}, {channel: sms, after: 15m, unless: read}, {channel: email}]');
    expect(readChain(file.top)).toEqual([
      { channel: 'push', after: 'failed', unless: 'delivered' },
      { channel: 'sms', after: 900, unless: 'read' },
      { channel: 'email', after: 'failed', unless: 'delivered' },
    ]);
    expect(file.problems).toEqual([]);
  });

  it.each([
    ['[{channel: sms}]', 'must have 2 to 5 steps'],
    ['[{channel: sms}, {channel: sms}]', 'names a channel twice'],
    ['[{channel: sms}, {channel: email, unless: read}]', 'length of time'],
    ['[{channel: sms, after: 5m}, {channel: email}]', 'is not known'],
    ['[{channel: sms}, {after: 5m}]', 'channel is missing'],
    ['sms', 'must be a list'],
  ])('is not %s', (text, complaint) => {
    const file = reading(text);
    readChain(file.top);
    expect(complaintsOf(file)).toContain(complaint);
  });
});
