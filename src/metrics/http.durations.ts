import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics } from './metrics.service.js';

/** Measures every request. To be called before the application is initialised. */
export function measureRequests(app: NestFastifyApplication): void {
  const { requests } = app.get(Metrics).instruments;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      // What no route knows has one name: who guesses paths makes no time series.
      const route = request.routeOptions.url ?? 'none';
      requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
      done();
    });
}
