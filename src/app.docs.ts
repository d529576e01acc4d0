import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

const ABOUT = `Tells people about their orders, payments and refunds by SMS, e-mail and live in the browser.

Services call with an API key, people with a token of the platform, both as \`Authorization: Bearer ...\`.
Errors are RFC 9457 \`application/problem+json\`; lists answer \`{results, next, previous}\`;
every POST that sends takes an \`Idempotency-Key\`.`;

/** The API's description: a page at /docs, and as data at /docs-json. */
export function setUpDocs(app: NestFastifyApplication, publicUrl: string): void {
  const options = new DocumentBuilder()
    .setTitle('LaundryConnect Notifications')
    .setDescription(ABOUT)
    .setVersion('1')
    .addServer(publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, or the token of a person' })
    .addSecurityRequirements('bearer')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, options), {
    customSiteTitle: 'LaundryConnect Notifications: API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, defaultModelsExpandDepth: 0 },
  });
}
