import type { OpenAPIObject, SchemaObject } from '@nestjs/swagger';
import type { Channel } from '../channels/channel.js';
import { AcceptedView, NotificationView } from '../notifications/notification.view.js';
import { PreferencesView } from '../preferences/preferences.dto.js';
import { ANSWERS } from './answers.js';

/** What the classes cannot say of themselves. */
export function completeSchemas(document: OpenAPIObject, channels: readonly Channel[]): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, SchemaObject>;
  addChannels(schemas, channels);
  Object.assign(schemas[PreferencesView.name] ?? {}, { additionalProperties: FLAT_NAME });
  for (const [name, example] of Object.entries(ANSWERS)) Object.assign(schemas[name] ?? {}, { example });
  for (const schema of Object.values(schemas)) letDefaultsBeLeftOut(schema);
  sayInteger(document);
}

const FLAT_NAME = {
  type: 'boolean',
  description: 'A cell of the matrix by its flat name: `order_updates_sms`, `marketing_emails`, ...',
};

/** What each plugged in channel adds to a notification. */
function addChannels(schemas: Record<string, SchemaObject>, channels: readonly Channel[]): void {
  const metadata = Object.fromEntries(
    channels.map(({ name, shown }) => [name, { $ref: `#/components/schemas/${shown.metadata.name}` }]),
  );
  const fields = channels.flatMap(({ shown }) => (shown.fields && schemas[shown.fields.name]) ?? []);
  for (const { name } of [NotificationView, AcceptedView]) {
    const { properties = {}, required = [] } = schemas[name] ?? {};
    Object.assign(properties['metadata'] ?? {}, { properties: metadata });
    for (const more of fields) {
      Object.assign(properties, more.properties);
      required.push(...(more.required ?? []));
    }
  }
}

/** As for parameters: only TypeScript calls a field with a default required. */
function letDefaultsBeLeftOut({ properties = {}, required = [] }: SchemaObject): void {
  for (const [name, property] of Object.entries(properties)) {
    if ('default' in property && required.includes(name)) required.splice(required.indexOf(name), 1);
  }
}

/** Every number of this API is whole: money is text. */
function sayInteger(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'number') node.type = 'integer';
  for (const child of Object.values(node)) sayInteger(child);
}
