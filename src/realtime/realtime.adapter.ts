import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { Neighbours } from './neighbours.js';
import { Origins } from './origins.js';
import { RealtimeSettings } from './realtime.settings.js';

const LARGEST_MESSAGE = 16 * 1024;

/**
 * The socket.io server as the settings want it. Its own connection state recovery stays off: it skips the
 * middlewares, and so the token. Replay is ours, by the inbox's order.
 */
class RealtimeAdapter extends IoAdapter {
  constructor(
    app: INestApplication,
    private readonly settings: RealtimeSettings,
    private readonly origins: Origins,
    private readonly neighbours: Neighbours,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: Partial<ServerOptions>): Server {
    const server = super.createIOServer(port, { ...options, ...this.options() } as ServerOptions);
    // Only the namespaces that ask for a token are open.
    server.use((_, next) => next(new Error('There is nothing here: connect to /notifications.')));
    return server;
  }

  private options(): Partial<ServerOptions> {
    const { heartbeat } = this.settings;
    const adapter = this.neighbours.adapter();
    return {
      serveClient: false,
      maxHttpBufferSize: LARGEST_MESSAGE,
      perMessageDeflate: false,
      httpCompression: false,
      pingInterval: heartbeat * 1000,
      connectTimeout: 10_000,
      cors: { origin: (origin, answer) => answer(null, this.origins.allow(origin)) },
      allowRequest: (request, answer) => {
        const allowed = this.origins.allowRequest(request);
        answer(allowed ? null : 'This origin is not listed in CORS_ALLOWED_ORIGINS.', allowed);
      },
      ...(adapter && { adapter }),
    };
  }
}

/** Opens the application for live connections. To be called before it is initialised. */
export function setUpRealtime(app: INestApplication): void {
  app.useWebSocketAdapter(
    new RealtimeAdapter(app, app.get(RealtimeSettings), app.get(Origins), app.get(Neighbours)),
  );
}
