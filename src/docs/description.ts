import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { completeOperations, operationIdOf } from './operations.js';
import { completeSchemas } from './schemas.js';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { ProblemBody } from '../http/problem.view.js';

const ABOUT = `Tells people about their orders, payments and refunds by SMS, e-mail and live in the browser.

Services call with an API key, people with a token of the platform, both as \`Authorization: Bearer ...\`: press
**Authorize**, and every example here runs as it stands. Each route says who may call it. Where that is a person,
\`POST /api/users/{id}/tokens\` gives a \`user_token\` to try it with.

- Errors are RFC 9457 \`application/problem+json\` with a stable \`code\`, and \`errors\` that name each field and its cure.
- Lists answer \`{results, next, previous}\`: follow \`next\` as it is given.
- A POST that sends takes an \`Idempotency-Key\`, which makes it safe to repeat.
- Fields and query parameters that nobody knows are refused with the closest one that is known.
- A slash at the end of a path is accepted. The paths of the Django service below \`/api/notifications/notifications/\`
  answer as well, and so does \`/api/notifications/preferences/me\`.`;

/** The controllers, in the order in which a newcomer needs them. */
const TAGS = {
  Notifications: 'Tell a person something, read an inbox, and see what became of it.',
  Bulk: 'Tell many people the same.',
  Push: 'The browsers in which a person is told even when no page is open.',
  Users: 'The people who are told: kept here as far as that needs, erased and exported on demand.',
  Preferences: 'What a person wants to be told of, through which channels, and when.',
  Consents: 'Who said yes or no to what, when, and to which words: the proof.',
  Templates: 'The words of each type, in every language, with all their versions.',
  Deliveries: 'The ledger: every notification on its way to every address.',
  Suppressions: 'Addresses that must not be used: by whose word, since when, and how to open them again.',
  Inbound: 'What people have texted to us.',
  Stats: 'What was sent, counted, and what it has cost.',
  Channels: 'The ways to reach people: how they are, and a hand to stop them.',
  Realtime: 'The way to the live inbox: socket.io and bare WebSocket.',
  Health: 'For load balancers and monitoring.',
};

/** The API's description: a page at /docs, and as data at /docs-json. */
export function setUpDocs(app: NestFastifyApplication, publicUrl: string): void {
  SwaggerModule.setup('docs', app, () => describe(app, publicUrl), {
    customSiteTitle: 'LaundryConnect Notifications: API',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      displayOperationId: true,
      defaultModelsExpandDepth: 0,
    },
  });
}

function describe(app: NestFastifyApplication, publicUrl: string): OpenAPIObject {
  const outline = new DocumentBuilder()
    .setTitle('LaundryConnect Notifications')
    .setDescription(ABOUT)
    .setVersion('1')
    // Relative, so that the page can try things under whatever name it was opened by.
    .addServer(new URL(publicUrl).pathname)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The API key of a service.' }, 'service')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: "A person's token, of the platform.",
      },
      'person',
    );
  for (const [name, about] of Object.entries(TAGS)) outline.addTag(name, about);
  const channels = app.get(ChannelRegistry).all();
  const shown = channels.flatMap(({ shown: { metadata, fields } }) =>
    fields ? [metadata, fields] : [metadata],
  );
  const document = SwaggerModule.createDocument(app, outline.build(), {
    operationIdFactory: operationIdOf,
    extraModels: [ProblemBody, ...shown],
  });
  completeOperations(document);
  completeSchemas(document, channels);
  return document;
}
