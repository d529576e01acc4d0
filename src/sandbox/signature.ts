import { createHmac } from 'node:crypto';

/** HMAC-SHA1 over the URL as it is called and the sorted parameters: https://www.twilio.com/docs/usage/security */
export function sign(authToken: string, url: string, parameters: Readonly<Record<string, string>>): string {
  const text = Object.keys(parameters)
    .sort()
    .reduce((all, name) => all + name + (parameters[name] ?? ''), url);
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}
